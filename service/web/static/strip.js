// The strip above the article: a lane for each label, a bar for each sentence that has one, as wide as the sentence is long.

import { formatCount } from "./dom.js";
import { findLabelled } from "./sentences.js";

const SVG = "http://www.w3.org/2000/svg";

export class Strip {
  #bars = []; // by the number of the sentence; none without a label
  #sentences = [];

  /** Fill `root`. `choose(index)` is called for the sentence that was clicked. */
  constructor(root, labels, choose) {
    this.root = root;
    this.labels = labels;
    root.addEventListener("click", (event) => {
      const { left, width } = root.getBoundingClientRect();
      const index = this.#findSentence((event.clientX - left) / width);
      if (index >= 0) choose(index);
    });
  }

  show(sentences, titles) {
    this.#sentences = sentences;
    const labelled = findLabelled(sentences);
    const { first, length } = this.#measure();
    const svg = makeSvg("svg", { viewBox: `0 0 ${length} ${this.labels.length}`, preserveAspectRatio: "none", role: "img" });
    const counts = this.labels.map((label) => `${titles[label]} ${sentences.filter((s) => s.label === label).length}`);
    svg.setAttribute("aria-label", `Rhythm of the article, ${formatCount(labelled.length, "sentence")}: ${counts.join(", ")}`);
    this.#bars = sentences.map(({ start, end, label, uncertain }) => {
      if (!label) return null;
      const lane = this.labels.indexOf(label);
      const bar = makeSvg("rect", { x: start - first, width: end - start, y: lane + 0.1, height: 0.8, "data-label": label });
      if (uncertain) bar.dataset.uncertain = "";
      return bar;
    });
    svg.append(...this.#bars.filter((bar) => bar));
    this.root.replaceChildren(svg);
  }

  choose(index) {
    this.root.querySelector("[data-chosen]")?.removeAttribute("data-chosen");
    if (index !== null) this.#bars[index]?.setAttribute("data-chosen", "");
  }

  filter(shown) {
    this.#bars.forEach((bar, i) => bar?.toggleAttribute("data-dim", !shown(this.#sentences[i])));
  }

  /** Return the index of the last sentence with a bar that begins before this share of the width; -1 for none. */
  #findSentence(share) {
    const { first, length } = this.#measure();
    const offset = first + share * length;
    return this.#sentences.findLastIndex(({ start, label }) => label && start <= offset);
  }

  /** Return where the first bar begins, and the length from there to the end of the last one. */
  #measure() {
    const labelled = findLabelled(this.#sentences);
    const first = labelled[0]?.start ?? 0;
    return { first, length: (labelled.at(-1)?.end ?? 1) - first };
  }
}

function makeSvg(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
