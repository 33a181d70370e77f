// Who used the tokens and the time.

function costs() {
  const several = report.series.length > 1;
  const rows = report.series.flatMap((series) => series.tasks.map((task) => ({ series, ...task, tokens: (task.input_tokens + task.output_tokens) / (task.n || 1), time: task.seconds / (task.n || 1) })));
  const name = (row) => (several ? `${row.task} · ${row.series.label}` : row.task);
  const top = (key) => rows.slice().sort((a, b) => b[key] - a[key]).slice(0, 25).map((row) => ({ name: name(row), value: row[key], colour: colourOf(row.series.id) }));
  const parts = Object.entries(report.inside.parts).map(([part, found]) => ({ part, ...found }));
  return [
    h("h1", {}, "Tokens and time"),
    h("p.note", {}, "Costs are list prices of all tokens, without discounts for cached input; “?” where no price is known. Seconds are of work, not of the clock: many episodes run at once."),
    table("totals", [
      { name: "series", cell: (series) => series.label },
      { name: "episodes", number: true, cell: (series) => series.total.n, sort: (series) => series.total.n },
      { name: "calls", number: true, cell: (series) => count(series.total.calls), sort: (series) => series.total.calls },
      { name: "tokens in", number: true, cell: (series) => count(series.total.input_tokens), sort: (series) => series.total.input_tokens },
      { name: "tokens out", number: true, cell: (series) => count(series.total.output_tokens), sort: (series) => series.total.output_tokens },
      { name: "cost", number: true, cell: (series) => dollars(series.total.cost), sort: (series) => series.total.cost },
      { name: "cost of a right answer", number: true, cell: (series) => (series.total.cost === null || !series.total.right ? "?" : dollars(series.total.cost / series.total.right)) },
      { name: "seconds", number: true, cell: (series) => seconds(series.total.seconds), sort: (series) => series.total.seconds },
    ], report.series),
    parts.length ? section("By part", "Who was asked.", table("tokens by part", [
      { name: "part", cell: (row) => row.part },
      { name: "calls", number: true, cell: (row) => count(row.calls), sort: (row) => row.calls },
      { name: "tokens in", number: true, cell: (row) => count(row.input), sort: (row) => row.input },
      { name: "tokens out", number: true, cell: (row) => count(row.output), sort: (row) => row.output },
      { name: "reasoning", number: true, cell: (row) => count(row.reasoning), sort: (row) => row.reasoning },
      { name: "retries", number: true, cell: (row) => count(row.retries), sort: (row) => row.retries },
      { name: "seconds", number: true, cell: (row) => seconds(row.seconds), sort: (row) => row.seconds },
    ], parts)) : null,
    section("Tokens an episode", rows.length > 25 ? "The 25 with the most." : null, legend(), bars("tokens an episode", top("tokens"))),
    section("Seconds an episode", rows.length > 25 ? "The 25 with the most." : null, legend(), bars("seconds an episode", top("time").map((row) => ({ ...row, title: seconds(row.value) })))),
    h("div.sides", {}, extreme("Slowest", report.extremes.slowest), extreme("Dearest", report.extremes.dearest)),
  ];
}

function extreme(title, rows) {
  return section(title, null, table(title.toLowerCase(), [
    { name: "instance", cell: (row) => h("a", { href: linkTo(row) }, instanceName(row)) },
    { name: "method", cell: (row) => report.series[row.series].label },
    { name: "tokens", number: true, cell: (row) => count(row.tokens), sort: (row) => row.tokens },
    { name: "seconds", number: true, cell: (row) => seconds(row.seconds), sort: (row) => row.seconds },
  ], rows));
}
