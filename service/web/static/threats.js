// Threats as cards: who, against whom, on what condition, by when. What a sentence does not say is left out.

import { formatPercent, makeElement } from "./dom.js";

const PARTS = { against: "Against", condition: "Condition", deadline: "By when" };

/** Return a card for each threat; a click calls `choose(index)`. */
export function makeThreatCards(sentences, choose) {
  return sentences.flatMap((sentence, index) => (sentence.label === "threat" ? [makeCard(sentence, () => choose(index))] : []));
}

function makeCard(sentence, onclick) {
  const facts = listThreatFacts(sentence).flatMap(([name, value]) => [makeElement("dt", {}, name), makeElement("dd", {}, value)]);
  const sure = sentence.corrected ? "corrected" : formatPercent(sentence.confidence);
  const read = makeElement("button", { type: "button", className: "plain", onclick }, "Read it there");
  const card = makeElement(
    "li",
    { className: "card" },
    makeElement("dl", {}, ...facts),
    makeElement("blockquote", {}, sentence.text),
    makeElement("p", { className: "row between quiet" }, `${sure}${sentence.uncertain ? ", uncertain" : ""}`, read),
  );
  card.dataset.label = "threat";
  return card;
}

/** Return [name, value] for what a threat says: who, against whom, on what condition, by when. */
export function listThreatFacts({ threat, speaker }) {
  const facts = [["Who", findThreatener(threat, speaker)], ...Object.entries(PARTS).map(([part, name]) => [name, threat?.[part]?.text])];
  return facts.filter(([, value]) => value);
}

/** Return who would act, with the speaker's name where these are the same and the sentence has a pronoun. */
function findThreatener(threat, speaker) {
  const by = threat?.by;
  if (!by) return speaker?.name;
  const isSpeaker = speaker && by.start === speaker.start && by.end === speaker.end;
  return isSpeaker && !by.text.includes(speaker.name) ? `${by.text} (${speaker.name})` : by.text;
}
