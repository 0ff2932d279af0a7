// The panel about the chosen sentence: how sure its label is, who speaks, who threatens whom, and why it has its label.

import { describeCorrection, makeCorrectionForm } from "./correction.js";
import { byId, formatPercent, makeElement, makeIcon } from "./dom.js";
import { describeUnread } from "./sentences.js";
import { listThreatFacts } from "./threats.js";
import { makeExplanation } from "./why.js";

const KINDS = { quote: "quoted", paraphrase: "in the reporter's words", continued: "continues what was said before" };
const ROLES = {
  official: "official, speaks for an institution",
  analyst: "analyst, speaks in their own name",
  media: "medium, reports itself",
  private: "private person",
  unknown: "not known",
};
const FURNITURE = "A by-line, a credit, a link or the like: part of the page, not of the article. It has no label and is not counted.";
const MEDIA = { official: "official", analyst: "analyst", media: "medium", private: "private person", unknown: "role not known" };
const DOUBTED = 0.5; // confidence below which a speaker is marked as uncertain

const FOREIGN = "The model knows English only. This paragraph was not read, has no labels and is not counted.";

export class Panel {
  /** Fill `root`. `on` has what buttons call: close(), step(direction), explain(), correct(change) and undo(). */
  constructor(root, on) {
    this.root = root;
    this.on = on;
    this.hint = [...root.childNodes];
  }

  /**
   * Show a sentence, or what is said of one that has no label. `said` is what the model says of it, `correction` what a
   * person does, if any. `place` is {number, total, isFirst, isLast}: its number among the labelled sentences, and
   * whether it is first or last of all. `labels` has titles and definitions; `names` are the article's speakers, or null
   * where corrections are off.
   */
  show({ said, correction, place, labels, names }) {
    const heading = makeElement("h3", { id: "panel-title", tabIndex: -1 }, ...makeTitle(said, labels));
    const close = makeElement("button", { type: "button", className: "plain", onclick: this.on.close, "aria-label": "Close" }, "✕");
    this.why = makeElement("div", { className: "why" });
    this.root.replaceChildren(
      makeElement("div", { className: "row between" }, heading, close),
      ...(names ? this.#makeCorrection(said, correction, labels, names) : []),
      ...(said.label ? this.#makeDetails(said, labels) : [makeElement("p", {}, said.boilerplate ? FURNITURE : FOREIGN)]),
      this.#makeSteps(place),
    );
    if (said.label) this.root.dataset.label = said.label;
    else delete this.root.dataset.label;
    this.root.dataset.open = "";
    this.root.scrollTop = 0;
    this.labels = labels;
    this.showWhy(said);
  }

  /** Show why the sentence has its label, that this is being worked out, or the problem with that. */
  showWhy(sentence, problem = null) {
    const { labels } = this;
    if (sentence.label) this.why.replaceChildren(...makeExplanation(sentence, labels, problem, this.on.explain));
  }

  /** Open the form for a correction; return whether there is one. */
  openCorrection() {
    const fold = this.root.querySelector(".wrong");
    if (!fold) return false;
    fold.open = true;
    fold.querySelector("button").focus();
    return true;
  }

  #makeCorrection(said, correction, labels, names) {
    if (correction) {
      const undo = makeElement("button", { type: "button", onclick: this.on.undo }, "Undo ", makeElement("kbd", {}, "U"));
      return [makeElement("p", { className: "row corrected" }, `✎ Corrected: ${describeCorrection(correction, labels)}.`, undo)];
    }
    const form = makeCorrectionForm({ sentence: said, labels, names, send: this.on.correct });
    return [makeElement("details", { className: "wrong" }, makeElement("summary", {}, "Wrong? ", makeElement("kbd", {}, "W")), form)];
  }

  #makeDetails(sentence, labels) {
    return [
      makeElement("p", { className: "quiet" }, labels[sentence.label].definition),
      ...(sentence.uncertain ? [makeWarning()] : []),
      ...makeSection("How sure", makeProbabilities(sentence, labels), makeElement("p", { className: "quiet" }, `Decided by the ${sentence.reader} reader.`)),
      ...makeSection("Who speaks", ...makeSpeaker(sentence.speaker)),
      ...makeThreat(sentence),
      ...makeSection("Why", this.why),
    ];
  }

  /** Show the hint again that was there before a sentence was chosen. */
  clear() {
    delete this.root.dataset.open;
    delete this.root.dataset.label;
    this.root.replaceChildren(...this.hint);
  }

  focus() {
    byId("panel-title")?.focus();
  }

  #makeSteps({ number, total, isFirst, isLast }) {
    const step = (text, direction, disabled) =>
      makeElement("button", { type: "button", disabled, onclick: () => this.on.step(direction) }, text);
    const place = makeElement("span", { className: "quiet" }, number ? `${number} of ${total}` : "not counted");
    return makeElement("div", { className: "row between" }, step("← Before", -1, isFirst), place, step("After →", 1, isLast));
  }
}

function makeTitle(sentence, labels) {
  const { label, confidence } = sentence;
  return label ? [makeIcon(label), `${labels[label].title}, ${formatPercent(confidence)}`] : [describeUnread(sentence)];
}

function makeSection(title, ...content) {
  return [makeElement("h4", {}, title), ...content];
}

function makeWarning() {
  return makeElement("p", { className: "doubt" }, "Uncertain: at this confidence the label is wrong more often than it should be. Read the sentence yourself.");
}

function makeProbabilities({ probabilities: shares, label: chosen }, labels) {
  const rows = Object.entries(shares).map(([label, share]) => {
    const bar = makeElement("span", { className: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", share);
    const row = makeElement("li", {}, makeIcon(label), makeElement("span", {}, labels[label].title), bar, makeElement("span", { className: "number" }, formatPercent(share)));
    row.dataset.label = label;
    if (label === chosen) row.className = "chosen";
    return row;
  });
  return makeElement("ul", { className: "probabilities" }, ...rows);
}

function makeSpeaker(speaker) {
  if (!speaker) return [makeElement("p", {}, "Nobody is named: the writer vouches for it.")];
  const { name, mention, descriptor, role, via, cue, kind, confidence } = speaker;
  const doubted = confidence < DOUBTED;
  const mark = doubted ? makeElement("span", { className: "mark-uncertain", "aria-hidden": "true" }, "?") : null;
  const about = `${descriptor ? `, ${descriptor}` : ""}${via ? `, via ${via.name}` : ""}`;
  const warning = `Uncertain: it may be somebody else who speaks (${formatPercent(confidence)} sure).`;
  return [
    makeElement("p", { className: "who" }, makeElement("strong", {}, name), mark, about),
    ...(doubted ? [makeElement("p", { className: "doubt" }, warning)] : []),
    makeList([
      ["Role", ROLES[role]],
      ["Relayed by", via && `${via.name} (${MEDIA[via.role]})`],
      ["Named here", mention === name ? "" : `“${mention}”`],
      ["Word of speech", cue && `“${cue}”`],
      ["Words", KINDS[kind]],
    ]),
  ];
}

/** Return the section about who threatens whom, as far as the sentence says; nothing where it says nothing. */
function makeThreat(sentence) {
  if (!sentence.threat || !Object.values(sentence.threat).some((part) => part)) return [];
  return makeSection("The threat", makeList(listThreatFacts(sentence)));
}

/** Return pairs of a name and a value as a list; those without a value are left out. */
function makeList(pairs) {
  const known = pairs.filter(([, value]) => value);
  return makeElement("dl", {}, ...known.flatMap(([name, value]) => [makeElement("dt", {}, name), makeElement("dd", {}, value)]));
}
