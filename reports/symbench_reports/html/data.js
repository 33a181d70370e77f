// Unpacks what is embedded: the figures at once, transcripts when they are asked for.

async function unpack(id) {
  const text = document.getElementById(id).textContent;
  let bytes;
  if (Uint8Array.fromBase64) bytes = Uint8Array.fromBase64(text);
  else {
    const signs = atob(text);
    bytes = new Uint8Array(signs.length);
    for (let i = 0; i < signs.length; i++) bytes[i] = signs.charCodeAt(i);
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

let report, episodes, transcripts, outcomeNames, taskNames;
const chunks = new Map();

async function load() {
  const body = await unpack("report");
  report = body.data;
  transcripts = body.transcripts;
  taskNames = Object.keys(report.tasks);
  outcomeNames = Object.keys(report.outcomes);
  const columns = body.episodes;
  episodes = columns.id.map((id, index) => ({
    index,
    id,
    series: columns.series[index],
    task: taskNames[columns.task[index]],
    level: report.levels[columns.level[index]],
    levelOrder: columns.level[index],
    seed: columns.seed[index],
    attempt: columns.attempt[index],
    outcome: outcomeNames[columns.outcome[index]],
    reason: columns.reason[index],
    answer: columns.answer[index],
    calls: columns.calls[index],
    tokens: columns.tokens[index],
    seconds: columns.seconds[index],
    cost: columns.cost[index],
    digest: columns.digest[index],
    place: columns.place[index],
  }));
}

const keyOf = (episode) => `${episode.series}/${episode.id}`;

function episodeOf(series, id) {
  return episodes.find((episode) => episode.series === series && episode.id === id);
}

async function transcriptOf(episode) {
  if (!episode.place) return null;
  const [chunk, position] = episode.place;
  if (!chunks.has(chunk)) {
    if (chunks.size > 8) chunks.delete(chunks.keys().next().value);
    chunks.set(chunk, unpack(`chunk${chunk}`));
  }
  return (await chunks.get(chunk))[position];
}

const linkTo = (episode) => `#/episode/${episode.series}/${encodeURIComponent(episode.id)}`;

function linkToEpisodes(filters) {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ""));
  return `#/episodes?${query}`;
}
