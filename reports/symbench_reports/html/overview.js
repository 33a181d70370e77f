// Ten seconds: may it ship? One minute: where does it break?

const GATE = { pass: "PASS", fail: "FAIL", undecided: "NOT ENOUGH DATA", incomplete: "INCOMPLETE", recorded: "RECORDED" };
const GATE_ORDER = ["fail", "incomplete", "undecided", "pass", "recorded"];

function overview() {
  const names = [];
  report.series.forEach((series) => series.tasks.forEach((task) => names.includes(task.task) || names.push(task.task)));
  const worst = (name) => Math.max(...report.series.map((series) => series.tasks.find((task) => task.task === name)?.rate ?? -1));
  return [
    h("h1", {}, "Overview"),
    banner(),
    notices(),
    h("div.cards", {}, report.series.map(card)),
    outcomeLegend(),
    report.verdict?.findings.length ? findings(report.verdict) : null,
    differences(),
    h("div.breaks", {},
      section("Where it breaks", "Share of right answers with 95 % intervals, the weakest task first.",
        legend(), rateChart(names.slice().sort((a, b) => worst(a) - worst(b)), "right answers by task", room() > 960 ? room() * 0.53 : room())),
      smallest()),
    section("All figures", null, taskTable()),
  ];
}

function banner() {
  const verdict = report.verdict;
  if (verdict) {
    const failed = verdict.findings.filter((found) => found.state === verdict.state);
    return h(`div.banner.${verdict.state}`, { role: "status" },
      h("strong", {}, GATE[verdict.state] ?? verdict.state),
      h("div", {},
        h("p", {}, verdict.state === "recorded"
          ? verdict.notes.join(" ")
          : verdict.state === "pass"
          ? `All ${verdict.findings.length} rules hold.`
          : `${failed.length} of ${verdict.findings.length} rules${verdict.state === "fail" ? " failed" : ""}: ${failed.slice(0, 3).map((found) => found.scope).join("; ")}${failed.length > 3 ? "; …" : ""}`),
        h("p.note", {}, `Gate: ${verdict.policy}, exit status ${verdict.status}.`)));
  }
  const best = report.series.reduce((a, b) => ((b.total.rate ?? -1) > (a.total.rate ?? -1) ? b : a));
  return h("div.banner.none", { role: "status" },
    h("strong", {}, percent(best.total.rate), h("span.unit", {}, " right")),
    h("div", {},
      h("p", {}, `${report.series.length > 1 ? `Best of ${report.series.length}: ` : ""}${best.model}, ${best.method}; 95 % ${interval(best.total)}, ${best.tasks.length} tasks.`),
      h("p.note", {}, "No gate judged this run. With --symbench-gate and a baseline this line says whether it may ship.")));
}

function notices() {
  const facts = report.facts;
  const lines = [];
  if (facts.stopped) lines.push(`The run is incomplete: ${facts.stopped}`);
  if (facts.missing) lines.push(`${facts.missing} items ended without an episode.`);
  const infrastructure = report.series.reduce((sum, series) => sum + (series.total.outcomes.infrastructure ?? 0), 0);
  if (infrastructure) lines.push(`${infrastructure} episodes failed for infrastructure; they count neither for nor against the model.`);
  lines.push(...report.notes);
  return lines.length ? h("ul.notices", {}, lines.map((line) => h("li", {}, line))) : null;
}

function card(series) {
  const total = series.total;
  return h("article.card", { style: { borderTopColor: colourOf(series.id) } },
    h("h2", {}, series.method), h("p.note", {}, series.model),
    h("p.big", {}, percent(total.rate)),
    [["total", total], ...Object.entries(series.splits)].map(([name, found]) =>
      h("div.split", {},
        h("span", {}, name), scale(found, series.id),
        h("span.number", {}, `${found.right}/${found.n}`), h("span.note", {}, interval(found)))),
    strip(total),
    h("p.note", {}, `${count(total.input_tokens + total.output_tokens)} tokens · ${total.cost === null ? "price unknown" : dollars(total.cost)} · ${seconds(total.seconds)} of work`));
}

function outcomeLegend() {
  const seen = outcomeNames.filter((name) => report.series.some((series) => series.total.outcomes[name]));
  return h("ul.legend.note", { "aria-label": "colours of outcomes" }, seen.map((name) => h("li", {}, h(`span.swatch.${name}`, {}), words(name))));
}

// A rate with its interval, as a line.
function scale(found, id) {
  const colour = colourOf(id);
  const x = (value) => `${100 * value}%`;
  return s("svg", { class: "scale", height: 12, role: "img", "aria-label": `${percent(found.rate)}, 95 % ${interval(found)}` },
    s("line", { x1: "0%", x2: "100%", y1: 6, y2: 6, class: "axis" }),
    s("line", { x1: x(found.low), x2: x(found.high), y1: 6, y2: 6, "stroke-width": 6, style: { stroke: colour, strokeOpacity: 0.4 } }),
    s("circle", { cx: x(found.rate ?? 0), cy: 6, r: 4, style: { fill: colour } }));
}

// Outcomes as shares of one strip.
function strip(total) {
  const all = outcomeNames.filter((name) => total.outcomes[name]);
  const sum = all.reduce((rest, name) => rest + total.outcomes[name], 0);
  return h("div.strip", { role: "img", "aria-label": all.map((name) => `${words(name)} ${total.outcomes[name]}`).join(", ") },
    all.map((name) => h(`span.${name}`, { title: `${words(name)}: ${total.outcomes[name]}`, style: { flexGrow: String(total.outcomes[name] / sum) } })));
}

function findings(verdict) {
  const rows = verdict.findings.slice().sort((a, b) => GATE_ORDER.indexOf(a.state) - GATE_ORDER.indexOf(b.state));
  const bad = rows.filter((row) => row.state === "fail");
  const first = bad.length ? bad : rows.slice(0, 6);
  const rest = rows.filter((row) => !first.includes(row));
  return section("The gate's rules", verdict.notes.join(" "), rules("rules of the gate", first),
    rest.length ? h("details", {}, h("summary", {}, `${rest.length} other rules: ${GATE_ORDER.map((state) => [state, rest.filter((row) => row.state === state).length]).filter(([, n]) => n).map(([state, n]) => `${n} ${GATE[state].toLowerCase()}`).join(", ")}`), rules("other rules of the gate", rest)) : null);
}

function rules(caption, rows) {
  return table(caption, [
    { name: "rule", cell: (row) => row.scope, sort: (row) => row.scope },
    { name: "demand", cell: (row) => words(row.rule), sort: (row) => row.rule },
    { name: "verdict", cell: (row) => h(`span.badge.${row.state}`, {}, GATE[row.state] ?? row.state), sort: (row) => GATE_ORDER.indexOf(row.state) },
    { name: "why", words: true, cell: (row) => row.text + (row.needed ? `; about ${row.needed} instances would decide` : "") },
  ], rows);
}

function differences() {
  if (!report.comparisons.length) return null;
  return section("Methods and runs against each other", "On the very same instances.", h("ul.plain", {}, report.comparisons.slice(0, 6).map((found) =>
    h("li", {}, h("a", { href: `#/comparison/${found.base}/${found.other}` }, `${report.series[found.other].label} against ${report.series[found.base].label}`), ": ",
      h(found.low > 0 ? "b.good" : found.high < 0 ? "b.bad" : "b", {}, points(found.difference)),
      ` (95 % ${points(found.low)} to ${points(found.high)}), ${found.gained} gained and ${found.lost} lost of ${found.pairs} pairs`))));
}

function smallest() {
  const found = report.extremes.smallest_failures;
  if (!found.length) return null;
  return section("Smallest failing instances", "One of each task and method: the lowest level, then the shortest question.",
    table("smallest failing instances", [
      { name: "instance", cell: (row) => h("a", { href: linkTo(row) }, instanceName(row)), sort: (row) => row.task },
      ...(report.series.length > 1 ? [{ name: "method", cell: (row) => report.series[row.series].label, sort: (row) => row.series }] : []),
      { name: "why", words: true, cell: (row) => (row.outcome === "wrong" ? row.reason : [badge(row.outcome), " ", row.reason]) },
    ], found.slice(0, 20)),
    found.length > 20 ? h("p.note", {}, `and ${found.length - 20} more: filter the `, h("a", { href: "#/episodes?outcome=wrong&sort=levelOrder" }, "wrong answers"), ".") : null);
}

const badge = (outcome) => h(`span.badge.${outcome}`, {}, words(outcome));

function taskTable() {
  const rows = report.series.flatMap((series) => series.tasks.map((task) => ({ ...task, series })));
  const reference = report.reference;
  return table("scores by task", [
    { name: "task", cell: (row) => h("a", { href: linkToEpisodes({ task: row.task, series: report.series.length > 1 ? String(row.series.id) : "" }) }, row.task), sort: (row) => taskNames.indexOf(row.task) },
    ...(report.series.length > 1 ? [{ name: "method", cell: (row) => [h("span.swatch", { style: { background: colourOf(row.series.id) } }), row.series.label], sort: (row) => row.series.id }] : []),
    { name: "split", cell: (row) => row.split, sort: (row) => row.split },
    { name: "right", number: true, cell: (row) => `${row.right}/${row.n}`, sort: (row) => row.rate },
    { name: "0 … 100 %", cell: (row) => scale(row, row.series.id) },
    { name: "95 %", number: true, cell: (row) => interval(row), sort: (row) => row.low },
    { name: "frontier", title: "the level at which success crosses one half", number: true, cell: (row) => row.frontier?.text ?? "–", sort: (row) => row.frontier?.level ?? (row.frontier?.text[0] === ">" ? 1e9 : -1) },
    { name: "levels", cell: (row) => spark(row) },
    ...(reference?.columns ?? []).map((name, index) => ({ name, title: reference.remark, number: true, cell: (row) => percent(reference.tasks[row.task]?.[index]), sort: (row) => reference.tasks[row.task]?.[index] ?? null })),
    { name: "outcomes", cell: (row) => strip(row) },
    { name: "tokens", number: true, cell: (row) => count(row.input_tokens + row.output_tokens), sort: (row) => row.input_tokens + row.output_tokens },
    { name: "cost", number: true, cell: (row) => dollars(row.cost), sort: (row) => row.cost },
    { name: "seconds", number: true, cell: (row) => row.seconds.toFixed(1), sort: (row) => row.seconds },
  ], rows);
}

// Success over levels as small columns.
function spark(task) {
  const levels = task.levels.filter((entry) => entry.n);
  const label = levels.map((entry) => `${levelName(entry.level)} ${percent(entry.rate)}`).join(", ");
  return s("svg", { class: "spark", width: Math.max(20, levels.length * 8), height: 18, role: "img", "aria-label": label },
    s("title", {}, label),
    levels.map((entry, index) => s("rect", { x: index * 8, width: 6, y: 17 - 16 * entry.rate, height: 1 + 16 * entry.rate, class: entry.rate >= 0.5 ? "above" : "below" })));
}
