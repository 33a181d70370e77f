// Colours for Python code: tokens become spans, never markup.

const TOKENS = /(?<comment>#[^\n]*)|(?<string>[rbfuRBFU]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|(?<number>\b\d[\d_.]*(?:[eE][+-]?\d+)?\b)|(?<keyword>\b(?:False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)\b)|(?<builtin>\b(?:print|range|len|int|str|list|dict|set|sum|min|max|sorted|enumerate|zip|map|abs|all|any|tuple|float|open|input)\b(?=\s*\())/g;

function python(code) {
  const parts = [];
  let end = 0;
  for (const match of code.matchAll(TOKENS)) {
    if (match.index > end) parts.push(code.slice(end, match.index));
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    parts.push(h(`span.${kind}`, {}, match[0]));
    end = match.index + match[0].length;
  }
  parts.push(code.slice(end));
  return h("pre.code", { tabindex: 0 }, h("code", {}, parts));
}

// A text in which fenced blocks are shown as code.
function prose(text) {
  const parts = text.split(/```(?:python|py)?[ \t]*\n([\s\S]*?)(?:```|$)/);
  return h("div.prose", {}, parts.map((part, index) => {
    if (index % 2) return python(part);
    return part.trim() ? h("pre.text", { tabindex: 0 }, marked(part.trim())) : null;
  }));
}

// The declared answer stands out.
function marked(text) {
  const at = text.lastIndexOf("<<<");
  const end = at < 0 ? -1 : text.indexOf(">>>", at);
  if (end < 0) return text;
  return [text.slice(0, at), h("mark", {}, text.slice(at, end + 3)), text.slice(end + 3)];
}
