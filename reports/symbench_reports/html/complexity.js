// Success against complexity, one small chart a task.

function complexity() {
  const several = report.levels.filter((level) => /^\d+$/.test(level)).length > 1;
  const named = report.levels.filter((level) => !/^\d+$/.test(level));
  return [
    h("h1", {}, "Complexity"),
    h("p.note", {}, "Share of right answers at each level, with 95 % intervals; the dashed line is one half. The frontier is where the curve crosses it."),
    legend(),
    several ? h("div.multiples", {}, taskNames.map(multiple)) : h("p", {}, "Only one numbered level was run; --levels 1-5 shows how success falls."),
    named.length ? section("Settings of the paper", null, namedTable(named)) : null,
  ];
}

function multiple(task) {
  const frontiers = report.series.map((series) => series.tasks.find((entry) => entry.task === task)?.frontier)
    .map((found, index) => (found ? h("span.frontier", {}, h("span.swatch", { style: { background: colourOf(index) } }), found.text, bracket(found)) : null));
  return h("figure", {},
    h("figcaption", {}, h("a", { href: linkToEpisodes({ task }) }, task)),
    levelChart(task),
    h("p.note", {}, "frontier ", frontiers.some(Boolean) ? frontiers : "not found"));
}

const bracket = (found) => (found.low !== null || found.high !== null ? ` (${found.low ?? "…"} to ${found.high ?? "…"})` : "");

function namedTable(named) {
  const rows = report.series.flatMap((series) => series.tasks.flatMap((task) =>
    task.levels.filter((entry) => named.includes(entry.level)).map((entry) => ({ ...entry, task: task.task, series }))));
  return table("scores by setting", [
    { name: "task", cell: (row) => row.task, sort: (row) => row.task },
    { name: "setting", cell: (row) => row.level, sort: (row) => row.level },
    { name: "method", cell: (row) => row.series.label, sort: (row) => row.series.id },
    { name: "right", number: true, cell: (row) => `${row.right}/${row.n}`, sort: (row) => row.rate },
    { name: "95 %", number: true, cell: (row) => interval(row), sort: (row) => row.low },
  ], rows);
}
