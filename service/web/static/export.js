// The result as JSON, in the form of `stance classify --json`, and as CSV, with the columns of a scored archive.

const SPEAKER = ["name", "mention", "role", "descriptor", "cue", "kind"];

/** Return the answer as JSON, without the explanations: they are many times as long. */
export function toJson(answer) {
  const sentences = answer.sentences.map(({ explanation, ...rest }) => rest);
  return JSON.stringify({ ...answer, sentences }, null, 2);
}

/** Return CSV (RFC 4180) with one row for each sentence. */
export function toCsv(answer) {
  const labels = Object.keys(answer.sentences[0]?.probabilities ?? {});
  const header = ["sentence", "text", "start", "end", "label", "confidence", ...labels.map((label) => `p_${label}`)];
  header.push("uncertain", ...SPEAKER.map((part) => `speaker_${part}`));
  const rows = answer.sentences.map((sentence, number) => [
    number,
    ...[sentence.text, sentence.start, sentence.end, sentence.label, sentence.confidence],
    ...labels.map((label) => sentence.probabilities[label]),
    sentence.uncertain,
    ...SPEAKER.map((part) => sentence.speaker?.[part] ?? ""),
  ]);
  return [header, ...rows].map((row) => `${row.map(quoteCell).join(",")}\r\n`).join("");
}

function quoteCell(value) {
  const text = String(value);
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
