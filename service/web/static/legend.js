// The legend: how many sentences have each label, and buttons that filter by label, by doubt and by speaker.

import { byId } from "./dom.js";
import { countLabels, findSpeakerKey } from "./sentences.js";

export class Legend {
  #speaker = null; // {key, name}

  /** Take the buttons that are on the page; `change()` is called after each change of the filter. */
  constructor(chips, change) {
    this.chips = chips;
    this.uncertain = byId("uncertain-only");
    this.all = byId("show-all");
    this.by = byId("speaker-only");
    for (const chip of [...chips, this.uncertain])
      chip.addEventListener("click", () => {
        chip.ariaPressed = String(chip.ariaPressed !== "true");
        change();
      });
    this.all.addEventListener("click", () => {
      this.clear();
      this.uncertain.focus();
      change();
    });
  }

  show(sentences) {
    const counts = countLabels(sentences, this.chips.map(({ dataset }) => dataset.label));
    for (const chip of this.chips) setCount(chip, counts[chip.dataset.label]);
    setCount(this.uncertain, sentences.filter(({ uncertain }) => uncertain).length);
  }

  /** Show only what this speaker says; null for all speakers. */
  filterBySpeaker(key, name) {
    this.#speaker = key === null ? null : { key, name };
  }

  clear() {
    for (const chip of [...this.chips, this.uncertain]) chip.ariaPressed = "false";
    this.#speaker = null;
  }

  /** Return whether any filter is on, and a function that tells whether a sentence is shown. */
  read() {
    const wanted = new Set(this.chips.filter((chip) => chip.ariaPressed === "true").map(({ dataset }) => dataset.label));
    const uncertainOnly = this.uncertain.ariaPressed === "true";
    const speaker = this.#speaker;
    const isOn = Boolean(wanted.size || uncertainOnly || speaker);
    this.all.hidden = !isOn;
    this.by.textContent = speaker ? `Only ${speaker.name}` : "";
    const isShown = (sentence) =>
      (!wanted.size || wanted.has(sentence.label)) && (!uncertainOnly || sentence.uncertain) && (!speaker || (sentence.label && findSpeakerKey(sentence) === speaker.key));
    return { isOn, isShown };
  }
}

function setCount(chip, count) {
  chip.querySelector(".count").textContent = count;
}
