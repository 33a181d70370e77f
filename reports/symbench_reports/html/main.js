// Which view is shown is in the address, so that every view and episode can be linked.

const VIEWS = [
  ["", "Overview", overview],
  ["complexity", "Complexity", complexity],
  ["comparison", "Comparison", comparison],
  ["checkers", "Checkers", checkers],
  ["costs", "Tokens and time", costs],
  ["episodes", "Episodes", null],
  ["about", "About", about],
];

function show() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/").map(part);
  const main = document.getElementById("main");
  const view = VIEWS.find((entry) => entry[0] === name) ?? (name === "episode" ? VIEWS[5] : VIEWS[0]);
  document.querySelectorAll("header nav a").forEach((link, index) => {
    if (VIEWS[index] === view) {
      link.setAttribute("aria-current", "page");
      link.parentNode.scrollLeft = link.offsetLeft - link.parentNode.offsetLeft - 40; // in narrow windows
    }
    else link.removeAttribute("aria-current");
  });
  window.onbeforeprint = window.onafterprint = null; // of the list of episodes, when it is shown
  const parts = name === "episode" ? episodeView(...rest) : name === "episodes" ? episodeList(new URLSearchParams(query)) : view[2](...rest);
  main.replaceChildren(...parts.flat(Infinity).filter(Boolean));
  document.title = `${main.querySelector("h1").textContent} · ${report.runs.map((run) => run.model).join(", ")} · symbench`;
  main.dataset.view = name || "overview";
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

function part(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function theme(next) {
  const names = { auto: "◐ auto", light: "☀ light", dark: "☾ dark" };
  document.documentElement.dataset.theme = next;
  document.getElementById("theme").textContent = names[next];
  try { localStorage.setItem("symbench-theme", next); } catch { /* no storage below file:// here */ }
}

function toggle() {
  const order_ = ["auto", "light", "dark"];
  theme(order_[(order_.indexOf(document.documentElement.dataset.theme) + 1) % 3]);
}

function keys(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || /^(input|select|textarea)$/i.test(event.target.tagName)) return;
  if (/^[1-7]$/.test(event.key)) location.hash = `#/${VIEWS[event.key - 1][0]}`;
  else if (event.key === "t") toggle();
  else if (event.key === "n" || event.key === "p") document.querySelector(`.steps [rel=${event.key === "n" ? "next" : "prev"}]`)?.click();
  else if (event.key === "/") {
    event.preventDefault();
    const focus = () => document.getElementById("search")?.focus();
    if (location.hash.startsWith("#/episodes")) return focus();
    addEventListener("hashchange", focus, { once: true }); // after the view is drawn
    location.hash = "#/episodes";
  }
}

async function begin() {
  let stored = "auto";
  try { stored = localStorage.getItem("symbench-theme") ?? "auto"; } catch { /* as above */ }
  theme(["auto", "light", "dark"].includes(stored) ? stored : "auto");
  document.getElementById("theme").addEventListener("click", toggle);
  document.querySelector("header nav").append(...VIEWS.map(([name, title]) => h("a", { href: `#/${name}` }, title)));
  await load();
  addEventListener("hashchange", show);
  addEventListener("keydown", keys);
  show();
  document.documentElement.dataset.ready = "true";
}

begin().catch((error) => {
  document.getElementById("main").replaceChildren(h("h1", {}, "This report cannot be shown"), h("p", {}, `The file may be cut off, or this browser too old (Chrome 103, Firefox 113 or Safari 16.4 are needed): ${error.message}`));
});
