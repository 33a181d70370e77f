// Elements from data. Text only ever becomes a text node: nothing of it is parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else if (name === "value" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

function h(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  return fill(element, attributes, children);
}

function s(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function section(title, note, ...children) {
  return h("section", {}, h("h2", {}, title), note ? h("p.note", {}, note) : null, ...children);
}

// A table of plain cells that sorts by its headings. Columns: {name, title, cell, sort, number, words}.
function table(caption, columns, rows) {
  let by = null, down = false;
  const body = h("tbody", {});
  const heads = columns.map((column) => {
    if (!column.sort) return h(column.number ? "th.number" : "th", { scope: "col", title: column.title }, column.name);
    const sort = () => {
      down = by === column ? !down : Boolean(column.number);
      by = column;
      draw();
    };
    return h(column.number ? "th.number" : "th", { scope: "col", title: column.title },
      h("button.sort", { type: "button", onclick: sort }, column.name));
  });
  function draw() {
    const shown = rows.slice();
    if (by) shown.sort((a, b) => order(by.sort(a), by.sort(b)) * (down ? -1 : 1));
    heads.forEach((head, index) => {
      if (columns[index] === by) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    body.replaceChildren(...shown.map((row) =>
      h("tr", { class: row.className }, columns.map((column, index) =>
        h(index ? (column.number ? "td.number" : column.words ? "td.words" : "td") : "th", { scope: index ? null : "row" }, column.cell(row))))));
  }
  draw();
  return h("div.scroll", { tabindex: 0, role: "region", "aria-label": caption },
    h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {}, heads)), body));
}

function order(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return a < b ? -1 : 1;
}
