// Results as JSON, in the form of `stance classify --json`, and as CSV, with the columns of a scored archive.

const BEFORE = ["text", "start", "end", "label", "confidence"];
const SPEAKER = ["name", "mention", "role", "descriptor", "cue", "kind"];
const PLACE = ["id", "start", "end", "confidence"]; // of the speaker
const THREAT = ["by", "against", "condition", "deadline"];
const FACTS = ["title", "date", "outlet"]; // of an article that came as a page or file
const SAFE_NAME = /[^\p{L}\p{N}]+/gu;

/** Return an article as JSON, without the explanations, which are many times as long, and with its corrections. */
export const toJson = (article) => JSON.stringify({ model: article.model, ...makeRecord(article) }, null, 2);

/** Return several articles as JSON, each with the name it goes by on the page. */
export function toJsonOfMany(articles) {
  return JSON.stringify({ model: articles[0].model, documents: articles.map((article) => ({ id: article.name, ...makeRecord(article) })) }, null, 2);
}

function makeRecord({ text, sentences, corrections, ...rest }) {
  const facts = FACTS.some((name) => rest[name]) ? { text, ...Object.fromEntries(FACTS.map((name) => [name, rest[name]])) } : {};
  const plain = sentences.map(({ explanation, ...sentence }, i) => (corrections[i] ? { ...sentence, correction: corrections[i] } : sentence));
  return { ...facts, sentences: plain };
}

/** Return CSV (RFC 4180) with one row for each sentence; `labels` gives the order of the probabilities. */
export const toCsv = ({ sentences }, labels) => writeCsv(sentences.map((sentence, number) => makeRow(sentence, number, labels)));

/** Return CSV of several articles: first the name of each, and its number from 1. */
export function toCsvOfMany(articles, labels) {
  const place = (name, number) => [["article_file", name], ["article_row", number]];
  const rows = articles.flatMap(({ name, sentences }, i) => sentences.map((sentence, number) => new Map([...place(name, i + 1), ...makeRow(sentence, number, labels)])));
  return writeCsv(rows);
}

function writeCsv(rows) {
  const header = [...(rows[0] ?? new Map()).keys()];
  return [header, ...rows.map((row) => [...row.values()])].map((row) => `${row.map(quoteCell).join(",")}\r\n`).join("");
}

/** Return the cells of a sentence by the names of their columns. */
function makeRow(sentence, number, labels) {
  const { speaker, probabilities, threat } = sentence;
  return new Map([
    ["sentence_id", number],
    ...BEFORE.map((name) => [name, sentence[name]]),
    ...labels.map((label) => [`p_${label}`, probabilities?.[label]]),
    ["uncertain", sentence.uncertain],
    ...SPEAKER.map((name) => [`speaker_${name}`, speaker?.[name]]),
    ...PLACE.map((name) => [`speaker_${name}`, speaker?.[name]]),
    ["via", speaker?.via?.name],
    ["via_role", speaker?.via?.role],
    ["boilerplate", sentence.boilerplate],
    ["reader", sentence.reader],
    ["language", sentence.language],
    ...THREAT.map((name) => [`threat_${name}`, threat?.[name]?.text]),
  ]);
}

function quoteCell(value) {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Copy text to the clipboard; through a selection where the browser gives the clipboard to secure pages only. */
export async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("the browser does not let this page copy");
}

/** Let the browser save text as a file called after an article. */
export function download(text, name, extension, type) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name.replace(SAFE_NAME, "-").replace(/^-|-$/g, "").slice(0, 60) || "stancewire"}.${extension}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
