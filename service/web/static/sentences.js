// What is read off the sentences of an answer: what people corrected, who says what, who threatens whom.

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

/** Return a sentence as it is once a correction, if any, is believed. */
export function applyCorrection(sentence, correction) {
  if (!correction) return sentence;
  const { label, boilerplate, role } = correction;
  const corrected = { ...sentence, corrected: true, uncertain: false };
  if (boilerplate) return { ...corrected, label: null, boilerplate, speaker: null, threat: null };
  if (label) Object.assign(corrected, { label, boilerplate: false, threat: label === "threat" ? sentence.threat : null });
  if (boilerplate === false) corrected.boilerplate = false;
  if ("speaker" in correction) corrected.speaker = correction.speaker === null ? null : renameSpeaker(sentence.speaker, correction.speaker);
  if (role && corrected.speaker) corrected.speaker = { ...corrected.speaker, role };
  return corrected;
}

function renameSpeaker(speaker, name) {
  if (speaker?.name === name) return speaker;
  return { name, mention: name, role: "unknown", descriptor: "", cue: "", kind: speaker?.kind, via: null, id: null, confidence: 1 };
}

/** Return why a sentence has no label, in a word or two; "" where it has one. */
export function describeUnread({ label, boilerplate, language }) {
  if (boilerplate) return "Page furniture";
  return label ? "" : `${nameLanguage(language)}, not labelled`;
}

/** Return the English name of a language by its ISO 639 code. */
export const nameLanguage = (code) => (code === "und" ? "Not English" : LANGUAGES.of(code));

/** Return the sentences that have a label, which alone are counted. */
export const findLabelled = (sentences) => sentences.filter(({ label }) => label);

/** Return how many sentences have each of the labels. */
export function countLabels(sentences, labels) {
  const counts = Object.fromEntries(labels.map((label) => [label, 0]));
  for (const { label } of sentences) if (label) counts[label] += 1;
  return counts;
}

/**
 * Return who says what: {key, name, role, descriptor, via, indices, counts, total, first, last} for each speaker, and for
 * the writer, in order of appearance. `via` lists the media that relay the speaker.
 */
export function listSpeakers(sentences, labels) {
  const found = new Map();
  sentences.forEach((sentence, index) => {
    if (!sentence.label) return;
    const key = findSpeakerKey(sentence);
    if (!found.has(key)) found.set(key, startRow(key, sentence.speaker, index, labels));
    const row = found.get(key);
    row.indices.push(index);
    row.counts[sentence.label] += 1;
    row.total += 1;
    row.last = index;
    row.descriptor ||= sentence.speaker?.descriptor ?? "";
    if (row.role === "unknown") row.role = sentence.speaker.role;
    const medium = sentence.speaker?.via?.name;
    if (medium && !row.via.includes(medium)) row.via.push(medium);
  });
  return [...found.values()];
}

/** Return what tells a sentence's speaker from the others of the article. */
export const findSpeakerKey = ({ speaker }) => speaker?.name ?? "";

function startRow(key, speaker, index, labels) {
  const { name = "The writer", role = "", descriptor = "" } = speaker ?? {};
  return { key, name, role, descriptor, via: [], indices: [], counts: countLabels([], labels), total: 0, first: index, last: index };
}
