// All episodes: filtered, searched, sorted; only the rows in sight are in the page.

const ROW = 30;
const COLUMNS = [
  { key: "task", name: "task" },
  { key: "levelOrder", name: "level", shown: (e) => levelName(e.level) },
  { key: "seed", name: "seed", number: true },
  { key: "outcome", name: "outcome", shown: (e) => badge(e.outcome) },
  { key: "series", name: "method", shown: (e) => report.series[e.series].label },
  { key: "tokens", name: "tokens", number: true, shown: (e) => count(e.tokens) },
  { key: "seconds", name: "seconds", number: true, shown: (e) => e.seconds.toFixed(1) },
  { key: "reason", name: "why" },
];
const PRINTED = 500;

let lastList = null;

function matching(query) {
  const text = (query.get("q") ?? "").toLowerCase().trim();
  const has = (name) => query.get(name) ?? "";
  let found = episodes.filter((e) =>
    (!has("task") || e.task === has("task")) &&
    (!has("level") || e.level === has("level")) &&
    (!has("series") || String(e.series) === has("series")) &&
    (!has("outcome") || (has("outcome") === "not correct" ? e.outcome !== "correct" : e.outcome === has("outcome"))) &&
    (!text || `${e.id}\n${e.reason}\n${e.answer}`.toLowerCase().includes(text)));
  const sort = has("sort");
  if (sort && COLUMNS.some((column) => column.key === sort)) {
    const sign = has("down") ? -1 : 1;
    found = found.slice().sort((a, b) => order(a[sort], b[sort]) * sign || a.index - b.index);
  }
  return found;
}

function episodeList(query) {
  const list = { query, found: matching(query) };
  let printing = false;
  lastList = list;
  const set = (changes) => {
    const next = new URLSearchParams(list.query);
    for (const [name, value] of Object.entries(changes)) value === "" ? next.delete(name) : next.set(name, value);
    list.query = next;
    list.found = matching(next);
    history.replaceState(null, "", `#/episodes?${next}`);
    window_.scrollTop = 0;
    draw();
  };
  const choice = (name, label, options) => h("label", {}, label, " ",
    h("select", { name, onchange: (event) => set({ [name]: event.target.value }) },
      h("option", { value: "" }, "all"),
      options.map(([value, text]) => h("option", { value, selected: query.get(name) === value }, text))));
  const total = h("p.note", { role: "status" });
  const heads = COLUMNS.map((column) => h(column.number ? "div.number" : "div", { role: "columnheader" },
    h("button.sort", { type: "button", onclick: () => set({ sort: column.key, down: list.query.get("sort") === column.key && !list.query.get("down") ? "1" : "" }) }, column.name)));
  const rows = h("div.rows", { role: "presentation" });
  const spacer = h("div.spacer", { role: "presentation" }, rows);
  const window_ = h("div.window", { tabindex: 0, role: "rowgroup", "aria-label": "episodes", onscroll: () => requestAnimationFrame(draw) }, spacer);
  const grid = h("div.grid", { role: "table", "aria-label": "episodes" },
    h("div", { role: "rowgroup" }, h("div.row.head", { role: "row" }, heads)), window_);

  function draw() {
    const count_ = list.found.length;
    total.textContent = (count_ === episodes.length ? `${count_} episodes` : `${count_} of ${episodes.length} episodes`) +
      (printing && count_ > PRINTED ? `; the first ${PRINTED} are printed` : "");
    grid.setAttribute("aria-rowcount", String(count_ + 1));
    heads.forEach((head, index) => {
      if (list.query.get("sort") === COLUMNS[index].key) head.setAttribute("aria-sort", list.query.get("down") ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const first = printing ? 0 : Math.max(0, Math.floor(window_.scrollTop / ROW) - 8);
    const last = Math.min(count_, printing ? PRINTED : first + Math.ceil((window_.clientHeight || 600) / ROW) + 16);
    spacer.style.height = `${(printing ? last : count_) * ROW}px`;
    rows.style.transform = `translateY(${first * ROW}px)`;
    rows.replaceChildren(...list.found.slice(first, last).map((episode, offset) =>
      h("div.row", { role: "row", "aria-rowindex": first + offset + 2 }, COLUMNS.map((column, index) => {
        const value = column.shown ? column.shown(episode) : String(episode[column.key]);
        return h(column.number ? "div.number" : "div", { role: "cell", title: typeof value === "string" ? value : null },
          index ? value : h("a", { href: linkTo(episode) }, value));
      }))));
  }

  const search = h("input", { type: "search", id: "search", placeholder: "id, reason or answer ( / )", value: query.get("q") ?? "", oninput: (event) => set({ q: event.target.value }) });
  // Paper has no scrolling: the rows themselves are laid out, not the room for all of them.
  const print = (on) => { printing = on; draw(); };
  window.onbeforeprint = () => print(true);
  window.onafterprint = () => print(false);
  requestAnimationFrame(draw);
  return [
    h("h1", {}, "Episodes"),
    h("form.filters", { onsubmit: (event) => event.preventDefault() },
      h("label", { for: "search" }, "Search "), search,
      choice("task", "Task", taskNames.map((name) => [name, name])),
      choice("level", "Level", report.levels.map((name) => [name, levelName(name)])),
      report.series.length > 1 ? choice("series", "Method", report.series.map((series) => [String(series.id), series.label])) : null,
      choice("outcome", "Outcome", [["not correct", "not correct"], ...outcomeNames.map((name) => [name, words(name)])]),
      h("button", { type: "button", onclick: () => { location.hash = "#/episodes"; } }, "Clear")),
    total, grid,
    h("p.note", {}, transcripts.left_out ? `${transcripts.left_out} transcripts were left out to keep this file small; the ledger has them.` : ""),
  ];
}
