// The panel about the chosen sentence: how sure its label is, who speaks, and the words for and against the label.

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

export class Panel {
  /** Fill `root`. `on` has what buttons call: close(), step(direction) and explain(). */
  constructor(root, on) {
    this.root = root;
    this.on = on;
    this.hint = [...root.childNodes];
  }

  /** Show a sentence: `number` is its position among `total`, `labels` has titles and definitions. */
  show(sentence, number, total, labels) {
    const { title, definition } = labels[sentence.label];
    const icon = makeElement("span", { className: "icon", "aria-hidden": "true" });
    icon.dataset.icon = sentence.label;
    const heading = makeElement("h3", { id: "panel-title", tabIndex: -1 }, icon, `${title}, ${formatPercent(sentence.confidence)}`);
    const close = makeElement("button", { type: "button", className: "plain", onclick: this.on.close, "aria-label": "Close" }, "✕");
    this.root.replaceChildren(
      makeElement("div", { className: "row between" }, heading, close),
      makeElement("p", { className: "quiet" }, definition),
      ...(sentence.uncertain ? [makeWarning()] : []),
      ...makeSection("How sure", makeProbabilities(sentence, labels)),
      ...makeSection("Who speaks", makeSpeaker(sentence.speaker)),
      ...makeSection("Why", ...makeExplanation(sentence, title, this.on.explain)),
      this.#makeSteps(number, total),
    );
    this.root.dataset.label = sentence.label;
    this.root.dataset.open = "";
    this.root.scrollTop = 0;
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

  #makeSteps(number, total) {
    const step = (text, direction, disabled) =>
      makeElement("button", { type: "button", disabled, onclick: () => this.on.step(direction) }, text);
    const place = makeElement("span", { className: "quiet" }, `${number + 1} of ${total}`);
    return makeElement("div", { className: "row between" }, step("← Before", -1, !number), place, step("After →", 1, number + 1 === total));
  }
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
  if (!speaker) return makeElement("p", {}, "Nobody is named: the writer vouches for it.");
  const rows = [
    ["Name", speaker.name],
    ["Described as", speaker.descriptor],
    ["Role", ROLES[speaker.role]],
    ["Named here", speaker.mention === speaker.name ? "" : `“${speaker.mention}”`],
    ["Word of speech", speaker.cue && `“${speaker.cue}”`],
    ["Words", KINDS[speaker.kind]],
  ];
  const pairs = rows.filter(([, value]) => value).flatMap(([name, value]) => [makeElement("dt", {}, name), makeElement("dd", {}, value)]);
  return makeElement("dl", {}, ...pairs);
}
