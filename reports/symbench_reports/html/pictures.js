// Drawings of instances: grids, boards, maps, walks, stacks, bars.

function picture(data) {
  const draw = { grid: gridPicture, stacks: stacksPicture, squares: squaresPicture, bars: barsPicture, map: mapPicture, walk: walkPicture }[data.kind];
  if (!draw) return null;
  return h("figure.picture", {}, draw(data), h("figcaption", {}, data.title));
}

function gridPicture({ rows, classes, block, title }) {
  const size = rows.length > 12 ? 22 : 32;
  const longest = Math.max(1, ...rows.flat().map((cell) => cell.length));
  const wide = Math.max(size, longest * 8 + 10);
  const width = wide * Math.max(...rows.map((row) => row.length)), height = size * rows.length;
  const svg = s("svg", { class: "gridpicture", width: width + 2, height: height + 2, viewBox: `-1 -1 ${width + 2} ${height + 2}`, role: "img", "aria-label": title });
  rows.forEach((row, y) => row.forEach((cell, x) => svg.append(
    s("rect", { x: x * wide, y: y * size, width: wide, height: size, class: `cell ${classes?.[y]?.[x] ?? ""}` }),
    s("text", { x: (x + 0.5) * wide, y: (y + 0.5) * size, class: `glyph ${classes?.[y]?.[x] ?? ""}` }, cell))));
  if (block) {
    for (let y = 0; y <= rows.length; y += block[0]) svg.append(s("line", { x1: 0, x2: width, y1: y * size, y2: y * size, class: "thick" }));
    for (let x = 0; x * wide <= width; x += block[1]) svg.append(s("line", { x1: x * wide, x2: x * wide, y1: 0, y2: height, class: "thick" }));
  }
  return svg;
}

function stacksPicture({ stacks, title }) {
  const tallest = Math.max(1, ...stacks.map((stack) => stack.length)), size = 30;
  const width = stacks.length * (size + 14), height = tallest * size + 22;
  return s("svg", { class: "gridpicture", width, height, role: "img", "aria-label": title },
    stacks.map((stack, x) => [
      s("line", { x1: x * (size + 14) + 2, x2: x * (size + 14) + size + 8, y1: height - 20, y2: height - 20, class: "thick" }),
      s("text", { x: x * (size + 14) + 5 + size / 2, y: height - 8, class: "glyph small" }, String(x + 1)),
      stack.map((block, y) => [
        s("rect", { x: x * (size + 14) + 5, y: height - 20 - (y + 1) * size, width: size, height: size, class: "cell mark" }),
        s("text", { x: x * (size + 14) + 5 + size / 2, y: height - 20 - (y + 0.5) * size, class: "glyph" }, String(block)),
      ]),
    ]));
}

function squaresPicture({ rows }) {
  return h("table.squares", {}, h("tbody", {}, rows.map((row) => h("tr", {}, row.map((square) =>
    h("td", {}, square.map((thing) => h("div", {}, thing))))))));
}

function barsPicture({ values, title }) {
  const most = Math.max(...values), width = 18;
  return s("svg", { class: "gridpicture", width: Math.max(40, values.length * (width + 6)), height: 110, role: "img", "aria-label": `${title}: ${values.join(", ")}` },
    values.map((value, x) => [
      s("rect", { x: x * (width + 6), y: 90 - (80 * value) / most, width, height: (80 * value) / most, class: "cell mark" }),
      s("text", { x: x * (width + 6) + width / 2, y: 102, class: "glyph small" }, String(value)),
    ]));
}

function mapPicture({ arena, boxes, start, end, title }) {
  const side = 340, k = side / (2 * arena);
  const x = (value) => (value + arena) * k, y = (value) => (arena - value) * k;
  return s("svg", { class: "gridpicture map", width: side + 4, height: side + 4, viewBox: `-2 -2 ${side + 4} ${side + 4}`, role: "img", "aria-label": title },
    s("rect", { x: 0, y: 0, width: side, height: side, class: "wall" }),
    boxes.map(({ name, box, role, order: turn }) => [
      s("rect", { x: x(box[0]), y: y(box[3]), width: (box[1] - box[0]) * k, height: (box[3] - box[2]) * k, class: `box ${role}` }),
      s("text", { x: x((box[0] + box[1]) / 2), y: y((box[2] + box[3]) / 2), class: "glyph small" }, `${turn ? `${turn}. ` : ""}${name}`),
    ]),
    [["start", start], ["end", end]].map(([name, at]) => [
      s("circle", { cx: x(at[0]), cy: y(at[1]), r: 4, class: "point" }),
      s("text", { x: x(at[0]), y: y(at[1]) - 9, class: "glyph small" }, name),
    ]));
}

function walkPicture({ points: corners, title }) {
  const xs = corners.map((at) => at[0]), ys = corners.map((at) => at[1]);
  const left = Math.min(...xs), top_ = Math.max(...ys);
  const k = Math.min(24, 300 / Math.max(1, Math.max(...xs) - left, top_ - Math.min(...ys)));
  const x = (at) => 40 + (at[0] - left) * k, y = (at) => 26 + (top_ - at[1]) * k;
  const width = 80 + (Math.max(...xs) - left) * k, height = 52 + (top_ - Math.min(...ys)) * k;
  const end = corners.at(-1), closed = end.join() === corners[0].join();
  return s("svg", { class: "gridpicture map", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title },
    s("polyline", { points: corners.map((at) => `${x(at)},${y(at)}`).join(" "), class: "walk" }),
    (closed ? [["start, end", end, -12]] : [["start", corners[0], -12], ["end", end, 13]]).map(([name, at, off]) => [
      s("circle", { cx: x(at), cy: y(at), r: 4, class: "point" }),
      s("text", { x: x(at), y: y(at) + off, class: "glyph small" }, name),
    ]));
}
