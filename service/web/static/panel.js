// What is known of the chosen sentence: how sure its label is, who speaks, and the words for and against.

import { byId, element, percent } from "./dom.js";
import { whyParts } from "./why.js";

const KINDS = { quote: "quoted", paraphrase: "in the reporter's words", continued: "continues what was said before" };
const ROLES = {
  official: "official, speaks for an institution",
  analyst: "analyst, speaks in their own name",
  media: "medium, reports itself",
  private: "private person",
  unknown: "not known",
};

export class Panel {
  /** Fill `root`; `on` has leave(), step(direction) and explain(), called as the reader acts. */
  constructor(root, on) {
    this.root = root;
    this.on = on;
    this.hint = [...root.childNodes];
  }

  show(sentence, number, total, labels) {
    const { title, definition } = labels[sentence.label];
    const icon = element("span", { className: "icon", "aria-hidden": "true" });
    icon.dataset.icon = sentence.label;
    const heading = element("h3", { id: "panel-title", tabIndex: -1 }, icon, `${title}, ${percent(sentence.confidence)}`);
    const close = element("button", { type: "button", className: "plain", onclick: this.on.leave, "aria-label": "Close" }, "✕");
    this.root.replaceChildren(
      element("div", { className: "row between" }, heading, close),
      element("p", { className: "quiet" }, definition),
      ...(sentence.uncertain ? [doubt()] : []),
      ...section("How sure", probabilities(sentence, labels)),
      ...section("Who speaks", speaker(sentence.speaker)),
      ...section("Why", ...whyParts(sentence, title, this.on.explain)),
      this.#steps(number, total),
    );
    this.root.dataset.label = sentence.label;
    this.root.dataset.open = "";
    this.root.scrollTop = 0;
  }

  clear() {
    delete this.root.dataset.open;
    delete this.root.dataset.label;
    this.root.replaceChildren(...this.hint);
  }

  focus() {
    byId("panel-title")?.focus();
  }

  #steps(number, total) {
    const step = (text, direction, disabled) =>
      element("button", { type: "button", disabled, onclick: () => this.on.step(direction) }, text);
    const place = element("span", { className: "quiet" }, `${number + 1} of ${total}`);
    return element("div", { className: "row between" }, step("← Before", -1, !number), place, step("After →", 1, number + 1 === total));
  }
}

function section(title, ...content) {
  return [element("h4", {}, title), ...content];
}

function doubt() {
  return element("p", { className: "doubt" }, "Uncertain: at this confidence the label is wrong more often than it should be. Read the sentence yourself.");
}

function probabilities({ probabilities: shares, label: chosen }, labels) {
  const rows = Object.entries(shares).map(([label, share]) => {
    const icon = element("span", { className: "icon", "aria-hidden": "true" });
    icon.dataset.icon = label;
    const bar = element("span", { className: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", share);
    const row = element("li", {}, icon, element("span", {}, labels[label].title), bar, element("span", { className: "number" }, percent(share)));
    row.dataset.label = label;
    if (label === chosen) row.className = "chosen";
    return row;
  });
  return element("ul", { className: "probabilities" }, ...rows);
}

function speaker(found) {
  if (!found) return element("p", {}, "Nobody is named: the writer vouches for it.");
  const rows = [
    ["Name", found.name],
    ["Described as", found.descriptor],
    ["Role", ROLES[found.role]],
    ["Named here", found.mention === found.name ? "" : `“${found.mention}”`],
    ["Word of speech", found.cue && `“${found.cue}”`],
    ["Words", KINDS[found.kind]],
  ];
  const pairs = rows.filter(([, value]) => value).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return element("dl", {}, ...pairs);
}
