// The result as JSON, in the form of `stance classify --json`, and as CSV, with the columns of a scored archive.

const BEFORE = ["text", "start", "end", "label", "confidence"];
const SPEAKER = ["name", "mention", "role", "descriptor", "cue", "kind"];
const PLACE = ["id", "start", "end", "confidence"]; // of the speaker
const THREAT = ["by", "against", "condition", "deadline"];

/** Return the answer as JSON, without the explanations: they are many times as long. */
export function toJson(answer) {
  const sentences = answer.sentences.map(({ explanation, ...rest }) => rest);
  return JSON.stringify({ ...answer, sentences }, null, 2);
}

/** Return CSV (RFC 4180) with one row for each sentence; `labels` gives the order of the probabilities. */
export function toCsv(answer, labels) {
  const rows = answer.sentences.map((sentence, number) => makeRow(sentence, number, labels));
  const header = [...makeRow({}, 0, labels).keys()];
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
