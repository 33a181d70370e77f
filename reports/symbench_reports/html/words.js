// Figures in words, as in the other reports.

const percent = (rate) => (rate === null || rate === undefined ? "–" : `${Math.round(100 * rate)} %`);
const interval = (found) => (found.n ? `${Math.round(100 * found.low)}–${Math.round(100 * found.high)} %` : "–");
const minus = (text) => text.replace("-", "−");
const points = (difference) => minus(`${difference > 0 ? "+" : ""}${(100 * difference).toFixed(1)} pp`);
const probability = (p) => (p === null ? "–" : p < 0.0001 ? "< 0.0001" : Number(p.toPrecision(2)).toString());
const levelName = (level) => (/^\d+$/.test(level) ? `L${level}` : level);
const words = (outcome) => outcome.replaceAll("_", " ");

function count(number) {
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (number >= size) return `${Number((number / size).toPrecision(3))}${letter}`;
  }
  return String(Math.round(number));
}

function dollars(amount) {
  if (amount === null || amount === undefined) return "?";
  return amount >= 1 || amount === 0 ? `$${amount.toFixed(2)}` : `$${amount.toFixed(4)}`;
}

function seconds(amount) {
  if (amount < 10) return `${amount.toFixed(1)} s`;
  if (amount < 60) return `${Math.round(amount)} s`;
  const whole = Math.round(amount);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

const instanceName = (entry) =>
  `${entry.task} ${levelName(entry.level)} s${entry.seed}${entry.attempt ? ` a${entry.attempt}` : ""}`;
