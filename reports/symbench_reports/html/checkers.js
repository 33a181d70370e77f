// Can the checkers be believed? What they said against what the verifier knows.

function checkers() {
  const inside = report.inside;
  const nothing = !inside.self.length && !inside.symbolic.length && !inside.ends.length;
  return [
    h("h1", {}, "Checkers"),
    nothing ? h("p", {}, "No episode was steered or checked: --steer uses the checkers.") : null,
    inside.self.length ? section("Self-answer checker", "The last check of each episode. A good checker says “correct” where nearly all answers are right, “incorrect” where nearly none is.",
      calibration(inside.self, "verdict", "self-answer checker: share of right answers by its verdict")) : null,
    inside.symbolic.length ? section("Symbolic checker", "How much of the work the code does, by its score, against the share of right answers.",
      calibration(inside.symbolic.map((bin) => ({ ...bin, verdict: `${bin.from.toFixed(1)}–${bin.to.toFixed(1)}` })), "score", "symbolic checker: share of right answers by its score")) : null,
    inside.ends.length ? section("How the steerer ended", null, calibration(inside.ends, "decision", "share of right answers by the steerer's last decision")) : null,
    Object.keys(inside.code).length ? section("Code that was run", "Runs by how they ended.", bars("code runs by outcome", Object.entries(inside.code).map(([name, value]) => ({ name: words(name), value })))) : null,
    section("Turns", "Episodes by the number of answers that the model under test gave.", bars("episodes by number of turns", Object.entries(inside.turns).map(([name, value]) => ({ name: name === "1" ? "1 turn" : `${name} turns`, value })))),
    inside.unread ? h("p.note", {}, `${inside.unread} transcripts could not be read.`) : null,
  ];
}

function calibration(rows, name, label) {
  const width = Math.min(560, room());
  return h("div.sides", {},
    chart(label, {
      width, height: rows.length * 30 + 50, marginLeft: 90, marginTop: 28,
      x: { domain: [0, 1], label: null, tickFormat: (value) => `${Math.round(100 * value)} %`, grid: true, axis: "top" },
      y: { domain: rows.map((row) => row.verdict), label: null, tickSize: 0, tickFormat: words },
      marks: [
        Plot.ruleY(rows, { y: "verdict", x1: "low", x2: "high", stroke: "var(--series0)", strokeWidth: 2 }),
        Plot.dot(rows, { y: "verdict", x: "rate", fill: "var(--series0)", r: 5, title: (row) => `${row.right}/${row.n}` }),
      ],
    }),
    table(label, [
      { name, cell: (row) => words(row.verdict) },
      { name: "episodes", number: true, cell: (row) => row.n, sort: (row) => row.n },
      { name: "right", number: true, cell: (row) => percent(row.rate), sort: (row) => row.rate },
      { name: "95 %", number: true, cell: (row) => interval(row), sort: (row) => row.low },
    ], rows));
}
