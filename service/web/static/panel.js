// The panel about the chosen sentence: how sure its label is, who speaks, who threatens whom, and why it has its label.

import { byId, formatPercent, makeElement } from "./dom.js";
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

export class Panel {
  /** Fill `root`. `on` has what buttons call: close(), step(direction) and explain(). */
  constructor(root, on) {
    this.root = root;
    this.on = on;
    this.hint = [...root.childNodes];
  }

  /**
   * Show a sentence, or what is said of page furniture. `place` is {number, total, isFirst, isLast}: its number among
   * the labelled sentences, and whether it is first or last of all. `labels` has titles and definitions.
   */
  show(sentence, place, labels) {
    const heading = makeElement("h3", { id: "panel-title", tabIndex: -1 }, ...makeTitle(sentence, labels));
    const close = makeElement("button", { type: "button", className: "plain", onclick: this.on.close, "aria-label": "Close" }, "✕");
    this.root.replaceChildren(
      makeElement("div", { className: "row between" }, heading, close),
      ...(sentence.boilerplate ? [makeElement("p", {}, FURNITURE)] : this.#makeDetails(sentence, labels)),
      this.#makeSteps(place),
    );
    if (sentence.boilerplate) delete this.root.dataset.label;
    else this.root.dataset.label = sentence.label;
    this.root.dataset.open = "";
    this.root.scrollTop = 0;
  }

  #makeDetails(sentence, labels) {
    const { title, definition } = labels[sentence.label];
    return [
      makeElement("p", { className: "quiet" }, definition),
      ...(sentence.uncertain ? [makeWarning()] : []),
      ...makeSection("How sure", makeProbabilities(sentence, labels), makeElement("p", { className: "quiet" }, `Decided by the ${sentence.reader} reader.`)),
      ...makeSection("Who speaks", ...makeSpeaker(sentence.speaker)),
      ...makeThreat(sentence),
      ...makeSection("Why", ...makeExplanation(sentence, title, this.on.explain)),
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

function makeTitle({ boilerplate, label, confidence }, labels) {
  if (boilerplate) return ["Page furniture"];
  const icon = makeElement("span", { className: "icon", "aria-hidden": "true" });
  icon.dataset.icon = label;
  return [icon, `${labels[label].title}, ${formatPercent(confidence)}`];
}

function makeSection(title, ...content) {
  return [makeElement("h4", {}, title), ...content];
}

function makeWarning() {
  return makeElement("p", { className: "doubt" }, "Uncertain: at this confidence the label is wrong more often than it should be. Read the sentence yourself.");
}

function makeProbabilities({ probabilities: shares, label: chosen }, labels) {
  const rows = Object.entries(shares).map(([label, share]) => {
    const icon = makeElement("span", { className: "icon", "aria-hidden": "true" });
    icon.dataset.icon = label;
    const bar = makeElement("span", { className: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", share);
    const row = makeElement("li", {}, icon, makeElement("span", {}, labels[label].title), bar, makeElement("span", { className: "number" }, formatPercent(share)));
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
function makeThreat({ threat, speaker }) {
  if (!threat || !Object.values(threat).some((part) => part)) return [];
  const isSpeaker = threat.by && speaker && threat.by.start === speaker.start && threat.by.end === speaker.end;
  const by = threat.by?.text;
  const parts = [
    ["By", isSpeaker && by !== speaker.name ? `${by} (${speaker.name})` : by],
    ["Against", threat.against?.text],
    ["Condition", threat.condition?.text],
    ["Deadline", threat.deadline?.text],
  ];
  return makeSection("The threat", makeList(parts));
}

/** Return pairs of a name and a value as a list; those without a value are left out. */
function makeList(pairs) {
  const known = pairs.filter(([, value]) => value);
  return makeElement("dl", {}, ...known.flatMap(([name, value]) => [makeElement("dt", {}, name), makeElement("dd", {}, value)]));
}
