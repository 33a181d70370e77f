// Charts by Observable Plot; colours are the page's, so that both themes and print follow.

const colourOf = (series) => `var(--series${series % 8})`;

function chart(label, options) {
  const figure = Plot.plot({
    className: "plot",
    style: { background: "transparent", color: "inherit", overflow: "visible", fontSize: "11px" },
    ...options,
  });
  // The whole is one picture with one name; names of its parts would be noise.
  figure.querySelectorAll("[aria-label]").forEach((part_) => part_.removeAttribute("aria-label"));
  figure.setAttribute("role", "img");
  figure.setAttribute("aria-label", label);
  return figure;
}

// Space for chart: measured when shown, so that print and narrow windows fit.
const room = () => Math.min(1280, document.querySelector("main").clientWidth - 40);

function legend() {
  if (report.series.length < 2) return null;
  return h("ul.legend", {}, report.series.map((series) =>
    h("li", {}, h("span.swatch", { style: { background: colourOf(series.id) } }), series.label)));
}

// Space for the names at the left; names that need more than half of the width are cut.
function names(labels, width) {
  const sign = 6.6; // pixels, at the size of chart labels
  const marginLeft = Math.min(Math.max(...labels.map((label) => label.length)) * sign + 16, width * 0.52);
  const most = Math.floor((marginLeft - 14) / sign);
  return { marginLeft, tickFormat: (label) => (label.length > most ? `${label.slice(0, most - 1)}…` : label) };
}

// Rates with intervals, one row a task; several series are stacked within the row.
function rateChart(rows, label, width) {
  const several = report.series.length;
  const { marginLeft, tickFormat } = names(rows, width);
  return chart(label, {
    width,
    height: rows.length * Math.max(18, 9 * several + 6) + 40,
    marginLeft,
    marginTop: 24,
    x: { domain: [0, 1], tickFormat: (value) => `${Math.round(100 * value)} %`, ticks: 5, label: null, grid: true, axis: "top" },
    y: { domain: rows, label: null, tickSize: 0, tickFormat },
    marks: [
      report.series.flatMap((series) => {
        const data = series.tasks.filter((task) => task.n);
        const dy = (series.id - (several - 1) / 2) * 8;
        return [
          Plot.ruleY(data, { y: "task", x1: "low", x2: "high", stroke: colourOf(series.id), strokeWidth: 2, dy }),
          Plot.dot(data, {
            y: "task", x: "rate", fill: colourOf(series.id), r: 3.5, dy,
            title: (task) => `${series.label}\n${task.task}: ${task.right}/${task.n} right, 95 % ${interval(task)}`,
          }),
        ];
      }),
    ],
  });
}

function levelChart(task) {
  const numbers = report.levels.filter((level) => /^\d+$/.test(level)).map(Number);
  const marks = [Plot.ruleY([0.5], { stroke: "currentColor", strokeOpacity: 0.35, strokeDasharray: "3 3" })];
  const spread = Math.min(0.12, 0.5 / report.series.length);
  for (const series of report.series) {
    const found = series.tasks.find((entry) => entry.task === task);
    if (!found) continue;
    const shift = (series.id - (report.series.length - 1) / 2) * spread;
    const data = found.levels.filter((entry) => /^\d+$/.test(entry.level) && entry.n)
      .map((entry) => ({ ...entry, x: Number(entry.level) + shift }));
    const stroke = colourOf(series.id);
    marks.push(
      Plot.ruleX(data, { x: "x", y1: "low", y2: "high", stroke, strokeWidth: 1.5, strokeOpacity: 0.7 }),
      Plot.lineY(data, { x: "x", y: "rate", stroke, strokeWidth: 2 }),
      Plot.dot(data, {
        x: "x", y: "rate", fill: stroke, r: 3,
        title: (entry) => `${series.label}\nlevel ${entry.level}: ${entry.right}/${entry.n} right, 95 % ${interval(entry)}`,
      }),
    );
  }
  return chart(`success of ${task} by level`, {
    width: 250, height: 150, marginLeft: 44, marginBottom: 30, marginTop: 10, marginRight: 8,
    x: {
      domain: [Math.min(...numbers) - 0.3, Math.max(...numbers) + 0.3], label: "level",
      ticks: numbers.length > 8 ? 6 : numbers, tickFormat: (value) => (Number.isInteger(value) ? `${value}` : ""),
    },
    y: { domain: [0, 1], ticks: [0, 0.5, 1], tickFormat: (value) => `${100 * value} %`, label: null },
    marks,
  });
}

function forest(comparison) {
  const rows = [{ ...comparison, task: "all tasks", all: true }, ...comparison.tasks.slice().sort((a, b) => b.difference - a.difference)];
  const width = room();
  const tone = (row) => (row.low > 0 ? "var(--good)" : row.high < 0 ? "var(--bad)" : "var(--calm)");
  const { marginLeft, tickFormat } = names(rows.map((row) => row.task), width);
  const edge = Math.max(0.1, ...rows.flatMap((row) => [Math.abs(row.low), Math.abs(row.high)]));
  return chart("paired differences with 95 % intervals", {
    width, height: rows.length * 19 + 60, marginLeft, marginTop: 40,
    x: { domain: [-edge, edge], tickFormat: (value) => minus(`${Math.round(100 * value)}`), label: width > 600 ? "← worse   difference, percentage points   better →" : "← worse   better →", labelAnchor: "center", labelOffset: 36, ticks: width / 90, grid: true, axis: "top" },
    y: { domain: rows.map((row) => row.task), label: null, tickSize: 0, tickFormat },
    marks: [
      Plot.ruleX([0], { stroke: "currentColor" }),
      Plot.ruleY(rows, { y: "task", x1: "low", x2: "high", stroke: tone, strokeWidth: (row) => (row.all ? 4 : 2) }),
      Plot.dot(rows, {
        y: "task", x: "difference", fill: tone, r: (row) => (row.all ? 6 : 3.5), symbol: (row) => (row.all ? "diamond2" : "circle"),
        title: (row) => `${row.task}: ${points(row.difference)} (${points(row.low)} to ${points(row.high)})\n${row.gained} gained, ${row.lost} lost of ${row.pairs} pairs`,
      }),
    ],
    color: { type: "identity" }, symbol: { type: "identity" }, r: { type: "identity" },
  });
}

function bars(label, rows) {
  const width = room();
  const { marginLeft, tickFormat } = names(rows.map((row) => row.name), width);
  return chart(label, {
    width, height: rows.length * 20 + 46, marginLeft, marginTop: 26,
    x: { label: null, grid: true, axis: "top", tickFormat: (value) => (value < 10 ? `${value}` : count(value)), ticks: Math.min(10, width / 90) },
    y: { domain: rows.map((row) => row.name), label: null, tickSize: 0, tickFormat },
    marks: [
      Plot.barX(rows, { y: "name", x: "value", fill: (row) => row.colour ?? "var(--series0)", inset: 1,
        title: (row) => `${row.name}: ${row.title ?? count(row.value)}` }),
    ],
    color: { type: "identity" },
  });
}
