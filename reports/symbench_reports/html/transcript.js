// One episode: what was asked, guided, answered, run and checked, in order.

function episodeView(series, id) {
  const episode = episodeOf(Number(series), id);
  if (!episode) return [h("h1", {}, "Episode"), h("p", {}, `There is no episode ${id} in this report.`)];
  const list = lastList?.found ?? episodes;
  const at = list.indexOf(episode);
  const step = (to, name, key) => (to
    ? h("a.step", { href: linkTo(to), rel: key === "n" ? "next" : "prev", title: `${name} (${key})` }, name)
    : h("span.step.off", {}, name));
  const others = episodes.filter((other) => other !== episode && other.task === episode.task && other.level === episode.level && other.seed === episode.seed);
  const box = h("div", {}, h("p.loading", {}, "Reading the transcript …"));
  transcriptOf(episode).catch(() => null).then((found) => box.replaceChildren(...transcriptParts(found, episode)));
  return [
    h("nav.steps", { "aria-label": "Episodes" },
      step(at > 0 ? list[at - 1] : null, "← previous", "p"),
      h("a", { href: lastList ? `#/episodes?${lastList.query}` : "#/episodes" }, at < 0 ? "all episodes" : `${at + 1} of ${list.length}`),
      step(at >= 0 ? list[at + 1] : null, "next →", "n")),
    h("h1", {}, instanceName(episode)),
    h("div.fate", {}, badge(episode.outcome), h("p", {}, episode.reason)),
    h("p.note", {}, `${report.series[episode.series].label} · ${episode.calls} calls · ${count(episode.tokens)} tokens · ${seconds(episode.seconds)}${episode.cost ? ` · ${dollars(episode.cost)}` : ""} · instance ${episode.digest}`),
    others.length ? h("p.note", {}, "The same instance: ", others.map((other, index) => [index ? ", " : "", h("a", { href: linkTo(other) }, `${report.series[other.series].label}${other.attempt ? ` a${other.attempt}` : ""}`), ` (${words(other.outcome)})`])) : null,
    box,
  ];
}

function transcriptParts(found, episode) {
  if (!found) return [h("p", {}, "The transcript is not in this file: it could not be read, or was left out for its size. The ledger has what there is."), h("pre.text", { tabindex: 0 }, episode.answer)];
  return [
    found.left ? h("p.notices", {}, `${found.left.toLocaleString("en")} characters of long texts were left out to keep this file small; the ledger has them.`) : null,
    found.pictures.length ? h("div.pictures", {}, found.pictures.map(picture)) : null,
    h("ol.events", {}, found.events.map((event, index) => eventView(event, index, found.events))),
    h("article.event.final", {}, h("h2", {}, "Declared answer"), h("pre.text", { tabindex: 0 }, marked(found.answer) || "(none)"),
      h(`p.why.${episode.outcome === "correct" ? "good" : "bad"}`, {}, h("b", {}, words(episode.outcome)), ": ", found.reason)),
  ].filter(Boolean);
}

function eventView(event, index, events) {
  const views = { call: callView, run: runView, check: checkView, guidance: guidanceView };
  return h(`li.event.${event.k}`, {}, views[event.k](event, index, events));
}

function callView(event, index, events) {
  const asked = events.slice(0, index).some((other) => other.k === "call" && other.prompt === event.prompt);
  const title = event.part === "task" ? "Model" : `Model as ${event.part}`;
  return [
    asked ? null : h("details.prompt", { open: index < 3 }, h("summary", {}, `asked (${event.part})`), h("pre.text", { tabindex: 0 }, event.prompt)),
    h("h2", {}, title, h("span.note", {}, ` ${event.tokens[0]} tokens in, ${event.tokens[1]} out, ${seconds(event.s)}${event.retries ? `, ${event.retries} retries` : ""}${event.cached ? ", from the ledger" : ""}${event.finish !== "stop" ? `, ended by ${event.finish}` : ""}`)),
    event.text ? prose(event.text) : h("p.note", {}, "(no text)"),
    event.tools.map((call) => [h("h3", {}, "wants to run"), toolCode(call)]),
  ];
}

function toolCode(call) {
  try {
    const code = JSON.parse(call).code;
    if (typeof code === "string") return python(code);
  } catch { /* cut or not JSON: shown as it is */ }
  return h("pre.text", { tabindex: 0 }, call);
}

function runView(event, index, events) {
  const shown = index && events[index - 1].k === "call" && events[index - 1].text.includes(event.code.trim());
  return [
    h("h2", {}, event.purpose === "check" ? "Check program " : "Program ", h(`span.badge.${event.outcome === "ok" ? "correct" : "code_error"}`, {}, words(event.outcome)), h("span.note", {}, ` ${seconds(event.s)}`)),
    shown ? null : python(event.code),
    event.stdout ? [h("h3", {}, "output"), h("pre.text", { tabindex: 0 }, marked(event.stdout))] : null,
    event.stderr ? [h("h3", {}, "errors"), h("pre.text.bad", { tabindex: 0 }, event.stderr)] : null,
    event.note ? h("p.note", {}, event.note) : null,
  ];
}

function checkView(event) {
  const tone = { correct: "correct", incorrect: "wrong" }[event.verdict] ?? "no_answer";
  return [h("h2", {}, event.checker === "self" ? "Self-answer check " : "Symbolic check ", h(`span.badge.${tone}`, {}, event.verdict),
    event.score === null || event.score === undefined ? null : h("span.note", {}, ` score ${event.score}`)), event.summary ? h("p", {}, event.summary) : null];
}

function guidanceView(event) {
  return [h("h2", {}, "Guidance ", h("span.badge.guide", {}, words(event.action))), event.reason ? h("p.note", {}, event.reason) : null,
    event.text ? h("pre.text", { tabindex: 0 }, event.text) : null];
}
