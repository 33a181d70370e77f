// Two series on the same instances: a forest plot and the counts behind it.

function comparison(base, other) {
  if (!report.comparisons.length) {
    return [h("h1", {}, "Comparison"), h("p", {}, "There is one run with one method here. Give several ledgers to `symbench report`, or several methods to --method, and they are compared on the instances that both were asked.")];
  }
  const found = report.comparisons.find((entry) => String(entry.base) === base && String(entry.other) === other) ?? report.comparisons[0];
  const labels = report.series.map((series) => series.label);
  const choose = h("select", { id: "pair", onchange: (event) => { location.hash = `#/comparison/${event.target.value}`; } },
    report.comparisons.map((entry) => h("option", { value: `${entry.base}/${entry.other}`, selected: entry === found }, `${labels[entry.other]} against ${labels[entry.base]}`)));
  return [
    h("h1", {}, "Comparison"),
    h("p", {}, h("label", { for: "pair" }, "Compare "), choose),
    h("p.lead", {}, h("b", {}, labels[found.other]), " against ", h("b", {}, labels[found.base]), ": ",
      h(found.low > 0 ? "b.good" : found.high < 0 ? "b.bad" : "b", {}, points(found.difference)),
      ` (95 % ${points(found.low)} to ${points(found.high)}), McNemar's exact p ${probability(found.p)} on these instances alone`),
    h("p", {}, `It costs ${found.price.text}.`),
    found.harm.length ? h("p.bad", {}, `Harm, the whole interval below zero: ${found.harm.join(", ")}`) : null,
    h("table.square", {}, h("caption", {}, `${found.pairs} pairs of answers to the same instance`),
      h("thead", {}, h("tr", {}, h("td", {}), h("th", { scope: "col" }, `${labels[found.other]} right`), h("th", { scope: "col" }, "wrong"))),
      h("tbody", {},
        h("tr", {}, h("th", { scope: "row" }, `${labels[found.base]} right`), h("td", {}, found.both), h("td.bad", {}, `${found.lost} lost`)),
        h("tr", {}, h("th", { scope: "row" }, "wrong"), h("td.good", {}, `${found.gained} gained`), h("td", {}, found.neither)))),
    section("By task", found.interval === "tasks"
      ? "The interval of all tasks is a bootstrap over tasks and instances; those of single tasks take the task as given and are not corrected for their number. The gate is."
      : "Intervals by Bonett and Price for paired rates; not corrected for the number of tasks. The gate is.",
    forest(found),
    table("differences by task", [
      { name: "task", cell: (row) => h("a", { href: linkToEpisodes({ task: row.task }) }, row.task), sort: (row) => taskNames.indexOf(row.task) },
      { name: "pairs", number: true, cell: (row) => row.pairs, sort: (row) => row.pairs },
      { name: "before", number: true, cell: (row) => percent(row.base_rate), sort: (row) => row.base_rate },
      { name: "after", number: true, cell: (row) => percent(row.rate), sort: (row) => row.rate },
      { name: "difference", number: true, cell: (row) => points(row.difference), sort: (row) => row.difference },
      { name: "95 %", number: true, cell: (row) => `${points(row.low)} to ${points(row.high)}`, sort: (row) => row.low },
      { name: "lost", number: true, cell: (row) => row.lost, sort: (row) => row.lost },
      { name: "gained", number: true, cell: (row) => row.gained, sort: (row) => row.gained },
      { name: "p", number: true, cell: (row) => probability(row.p), sort: (row) => row.p },
    ], found.tasks)),
  ];
}
