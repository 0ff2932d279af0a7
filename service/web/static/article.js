// The article as a list box: each sentence is an option. Tab stops at one of them, the arrow keys move among them.

import { formatPercent, makeElement } from "./dom.js";
import { splitAt, splitParagraphs } from "./offsets.js";
import { describeUnread } from "./sentences.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class Article {
  #options = [];
  #sentences = [];
  #current = 0; // the option at which the Tab key stops

  /** Fill `root`. `on` has what keys and clicks call: choose(index) and enter(). */
  constructor(root, on) {
    this.root = root;
    this.on = on;
    root.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && !getSelection().toString()) on.choose(Number(option.dataset.index));
    });
    root.addEventListener("keydown", (event) => this.#handleKey(event));
  }

  /** Show a text with its sentences; `titles` names the labels. */
  show(text, sentences, titles) {
    this.#sentences = sentences;
    this.#current = 0;
    this.#options = [];
    const shown = splitParagraphs(text, sentences).map(({ pieces }) =>
      makeElement("p", { role: "presentation" }, ...pieces.map((piece) => this.#makePiece(piece, titles))),
    );
    this.root.replaceChildren(...shown.filter((paragraph) => paragraph.firstChild));
    this.#options[0]?.setAttribute("tabindex", "0");
  }

  /**
   * Mark a sentence as chosen, with the words that name its speaker, or none for null; bring it into view and, unless
   * told otherwise, focus it.
   */
  choose(index, { focus = true } = {}) {
    const before = this.root.querySelector("[aria-selected=true]");
    if (before) {
      before.setAttribute("aria-selected", "false");
      before.textContent = this.#sentences[before.dataset.index].text;
    }
    if (index === null) return;
    this.#setTabStop(index);
    const option = this.#options[index];
    option.setAttribute("aria-selected", "true");
    option.replaceChildren(...markMention(this.#sentences[index]));
    if (focus) option.focus({ preventScroll: true });
    option.scrollIntoView({ block: "nearest" });
  }

  /** Focus the sentence at which the Tab key stops. */
  focus() {
    this.#options[this.#current]?.focus();
  }

  /** Dim the sentences for which `shown` is false; keys skip them. */
  filter(shown) {
    this.#options.forEach((option, i) => option.setAttribute("aria-disabled", String(!shown(this.#sentences[i]))));
    if (!this.#isShown(this.#current)) this.#setTabStop(Math.max(0, this.#options.findIndex((_, i) => this.#isShown(i))));
  }

  #makePiece({ index, text }, titles) {
    if (index === undefined) return text;
    const sentence = this.#sentences[index];
    const option = makeElement("span", { role: "option", "aria-selected": "false", tabIndex: -1 }, text);
    option.dataset.index = index;
    if (sentence.label) option.dataset.label = sentence.label;
    else option.dataset[sentence.boilerplate ? "furniture" : "foreign"] = "";
    if (!sentence.label && sentence.language !== "en") option.lang = sentence.language;
    if (sentence.uncertain) option.dataset.uncertain = "";
    if (sentence.corrected) option.dataset.corrected = "";
    option.ariaLabel = `${describe(sentence, titles)}: ${text}`;
    this.#options[index] = option;
    return option;
  }

  #isShown(index) {
    return this.#options[index]?.getAttribute("aria-disabled") !== "true";
  }

  #setTabStop(index) {
    this.#options[this.#current]?.setAttribute("tabindex", "-1");
    this.#current = index;
    this.#options[index]?.setAttribute("tabindex", "0");
  }

  #handleKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = this.#findAction(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  #findAction(key) {
    const last = this.#options.length - 1;
    if (key in STEPS) return () => this.#chooseNear(this.#current + STEPS[key], STEPS[key]);
    if (key === "Home") return () => this.#chooseNear(0, 1);
    if (key === "End") return () => this.#chooseNear(last, -1);
    if (key === " ") return () => this.on.choose(this.#current);
    if (key === "Enter") return () => (this.on.choose(this.#current), this.on.enter());
    return null;
  }

  /** Choose the sentence before or after the current one that is not dimmed. */
  step(direction) {
    const isChosen = this.#options[this.#current]?.getAttribute("aria-selected") === "true";
    this.#chooseNear(this.#current + (isChosen ? direction : 0), direction);
  }

  /** Choose the sentence at this index or, where it is dimmed, the next one in the direction of the step. */
  #chooseNear(index, step) {
    while (index >= 0 && index < this.#options.length && !this.#isShown(index)) index += step;
    if (this.#options[index]) this.on.choose(index);
  }
}

/** Say what a sentence is: its label and how sure that is, or why it has none. */
function describe(sentence, titles) {
  if (sentence.corrected) return `${titles[sentence.label] ?? describeUnread(sentence)}, corrected`;
  if (!sentence.label) return describeUnread(sentence);
  return `${titles[sentence.label]}, ${formatPercent(sentence.confidence)}${sentence.uncertain ? ", uncertain" : ""}`;
}

/** Return the sentence with a mark around the words that name its speaker, where they stand in it. */
function markMention({ text, start, speaker }) {
  if (typeof speaker?.start !== "number") return [text];
  const [before, mention, after] = splitAt(text, speaker.start - start, speaker.end - start);
  return [before, makeElement("mark", { className: "mention" }, mention), after];
}
