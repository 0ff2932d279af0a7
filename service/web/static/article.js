// The article as a list box: one stop of the Tab key, arrows within, every sentence an option in its paragraph.

import { element, percent } from "./dom.js";
import { paragraphs } from "./offsets.js";

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export class Article {
  #options = [];
  #sentences = [];
  #at = 0; // the option that has the Tab stop

  /** Fill `root`; `on` has choose(index), enter() and threat(direction), called as the reader acts. */
  constructor(root, on) {
    this.root = root;
    this.on = on;
    root.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && !getSelection().toString()) on.choose(Number(option.dataset.index));
    });
    root.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show a text with its sentences; `titles` names the labels. */
  show(text, sentences, titles) {
    this.#sentences = sentences;
    this.#at = 0;
    this.#options = [];
    const shown = paragraphs(text, sentences).map(({ pieces }) =>
      element("p", { role: "presentation" }, ...pieces.map((piece) => this.#piece(piece, titles))),
    );
    this.root.replaceChildren(...shown.filter((paragraph) => paragraph.firstChild));
    this.#options[0]?.setAttribute("tabindex", "0");
  }

  /** Mark a sentence as chosen, or none; bring it into view and give it the focus where asked. */
  choose(index, { focus = true } = {}) {
    this.root.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    if (index === null) return;
    this.#stopAt(index);
    const option = this.#options[index];
    option.setAttribute("aria-selected", "true");
    if (focus) option.focus({ preventScroll: true });
    option.scrollIntoView({ block: "nearest" });
  }

  /** Give the focus back to the sentence that had it. */
  focus() {
    this.#options[this.#at]?.focus();
  }

  /** Dim the sentences for which `shown` is false, and pass over them. */
  filter(shown) {
    this.#options.forEach((option, i) => option.setAttribute("aria-disabled", String(!shown(this.#sentences[i]))));
    if (!this.#open(this.#at)) this.#stopAt(Math.max(0, this.#options.findIndex((_, i) => this.#open(i))));
  }

  #piece({ index, text }, titles) {
    if (index === undefined) return text;
    const { label, confidence, uncertain } = this.#sentences[index];
    const option = element("span", { role: "option", "aria-selected": "false", tabIndex: -1 }, text);
    Object.assign(option.dataset, { index, label });
    if (uncertain) option.dataset.uncertain = "";
    option.ariaLabel = `${titles[label]}, ${percent(confidence)}${uncertain ? ", uncertain" : ""}: ${text}`;
    this.#options[index] = option;
    return option;
  }

  #open(index) {
    return this.#options[index]?.getAttribute("aria-disabled") !== "true";
  }

  #stopAt(index) {
    this.#options[this.#at]?.setAttribute("tabindex", "-1");
    this.#at = index;
    this.#options[index]?.setAttribute("tabindex", "0");
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = this.#action(event.key, event.shiftKey);
    if (!act) return;
    event.preventDefault();
    act();
  }

  #action(key, shift) {
    const last = this.#options.length - 1;
    if (key in STEPS) return () => this.#go(this.#at + STEPS[key], STEPS[key]);
    if (key === "Home") return () => this.#go(0, 1);
    if (key === "End") return () => this.#go(last, -1);
    if (key === " ") return () => this.on.choose(this.#at);
    if (key === "Enter") return () => (this.on.choose(this.#at), this.on.enter());
    if (key.toLowerCase() === "t") return () => this.on.threat(shift ? -1 : 1);
    return null;
  }

  #go(index, step) {
    while (index >= 0 && index < this.#options.length && !this.#open(index)) index += step;
    if (this.#options[index]) this.on.choose(index);
  }
}
