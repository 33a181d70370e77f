// Where the figures come from.

function about() {
  return [
    h("h1", {}, "About this report"),
    report.runs.map((run) => section(run.label, null, h("dl", {},
      pair("ledger", run.ledgers.join(", ")), pair("begun", run.created || "unknown"), pair("episodes", String(run.episodes)),
      Object.entries(run.identity).map(([name, value]) => pair(name, value === "" ? "–" : String(value)))))),
    section("Made", null, h("dl", {}, pair("by", `pytest-symbench ${report.version}`), pair("at", report.made),
      report.facts.sandbox ? pair("sandbox", report.facts.sandbox) : null,
      report.reference ? pair("the paper's columns", report.reference.remark) : null,
      pair("charts", "Observable Plot 0.6.17 and D3 7.9.2, ISC licence, © Observable, Inc. and Mike Bostock"))),
    section("Keys", null, h("dl", {}, pair("1 … 7", "views"), pair("/", "search episodes"), pair("n, p", "next and previous episode"), pair("t", "dark or light"))),
  ];
}

const pair = (name, value) => [h("dt", {}, name), h("dd", {}, value)];
