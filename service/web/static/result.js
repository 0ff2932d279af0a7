// What the service says of one article: legend, strip, threats, article, panel and speakers, which go together.

import { Article } from "./article.js";
import { byId, formatCount } from "./dom.js";
import { Legend } from "./legend.js";
import { listShown } from "./library.js";
import { Panel } from "./panel.js";
import { findLabelled, listSpeakers, nameLanguage } from "./sentences.js";
import { Speakers } from "./speakers.js";
import { Strip } from "./strip.js";
import { makeThreatCards } from "./threats.js";

const PAUSE = 250; // milliseconds that a sentence stays chosen before it is explained

export class Result {
  #sentences = []; // as they are shown, corrections believed
  #timer = null;
  #explaining = null;
  chosen = null;

  /**
   * Show articles. `on` has what it calls: explain(article, index, signal), which fills in the explanation;
   * correct(article, index, change) and undo(article, index), which change the article's corrections; announce(message).
   */
  constructor(chips, { hasCorrections, ...on }) {
    this.on = on;
    this.hasCorrections = hasCorrections;
    this.labels = Object.fromEntries(chips.map(({ dataset }) => [dataset.label, dataset]));
    this.titles = Object.fromEntries(chips.map(({ dataset }) => [dataset.label, dataset.title]));
    this.legend = new Legend(chips, () => this.#announceFilter());
    this.view = new Article(byId("article"), { choose: (index) => this.choose(index), enter: () => this.panel.focus() });
    this.strip = new Strip(byId("strip"), Object.keys(this.labels), (index) => this.choose(index));
    this.speakers = new Speakers(byId("speakers"), {
      filter: (key, name) => (this.legend.filterBySpeaker(key, name), this.#announceFilter()),
      choose: (index) => this.choose(index),
    });
    this.panel = new Panel(byId("panel"), {
      close: () => this.close(),
      step: (direction) => (this.choose(this.chosen + direction), this.panel.focus()),
      explain: () => this.#explain(),
      correct: (change) => this.on.correct(this.article, this.chosen, change),
      undo: () => this.on.undo(this.article, this.chosen),
    });
    byId("threat-before").addEventListener("click", () => this.goToThreat(-1, false));
    byId("threat-after").addEventListener("click", () => this.goToThreat(1, false));
  }

  show(article) {
    this.article = article;
    this.chosen = null;
    this.legend.clear();
    this.speakers.clear();
    this.panel.clear();
    this.#fill();
    byId("result").hidden = false;
  }

  /** Show the same article again after a correction; the chosen sentence stays chosen. */
  refresh() {
    const { chosen } = this;
    this.#fill();
    if (chosen !== null) this.choose(chosen, false);
  }

  #fill() {
    this.#sentences = listShown(this.article);
    const sentences = this.#sentences;
    const { text, title, outlet, date, model, name } = this.article;
    const labelled = findLabelled(sentences);
    byId("result-title").textContent = formatCount(labelled.length, "sentence");
    byId("facts").textContent = [title ?? name, outlet, date].filter(Boolean).join(" · ");
    byId("furniture-note").hidden = !sentences.some(({ boilerplate }) => boilerplate);
    byId("language-note").textContent = describeLanguages(sentences);
    byId("model").textContent = `Model ${model.version}, artifact ${model.artifact_hash.slice(0, 12)}.`;
    this.legend.show(sentences);
    this.view.show(text, sentences, this.titles);
    this.strip.show(sentences, this.titles);
    this.speakers.show(sentences, this.titles);
    const cards = makeThreatCards(sentences, (index) => this.choose(index));
    byId("threat-fold").hidden = !cards.length;
    byId("threat-count").textContent = formatCount(cards.length, "threat");
    byId("threat-cards").replaceChildren(...cards);
    this.#applyFilter();
    this.#showThreatPlace();
  }

  /** Say what there is, for screen readers. */
  describe() {
    const counts = [...document.querySelectorAll(".legend .chip")].map((chip) => chip.textContent.trim().replace(/\s+/g, " "));
    return `${byId("result-title").textContent}. ${counts.join(", ")}.`;
  }

  // The chosen sentence

  choose(index, focus = true) {
    this.chosen = index;
    const sentences = this.#sentences;
    const labelled = findLabelled(sentences);
    const place = { number: labelled.indexOf(sentences[index]) + 1, total: labelled.length, isFirst: index === 0, isLast: index === sentences.length - 1 };
    const names = this.hasCorrections ? listSpeakers(this.article.sentences, []).flatMap(({ key }) => key || []) : null;
    const { labels } = this;
    this.panel.show({ said: this.article.sentences[index], correction: this.article.corrections[index], place, labels, names });
    this.view.choose(index, { focus });
    this.strip.choose(index);
    this.#showThreatPlace();
    this.#explaining?.abort();
    clearTimeout(this.#timer);
    if (this.#needsWhy()) this.#timer = setTimeout(() => this.#explain(), PAUSE);
  }

  step(direction) {
    if (byId("result").hidden) return false;
    this.view.step(direction);
  }

  close() {
    if (this.chosen === null) return false;
    this.chosen = null;
    clearTimeout(this.#timer);
    this.#explaining?.abort();
    this.panel.clear();
    this.view.choose(null);
    this.strip.choose(null);
    this.#showThreatPlace();
    this.view.focus();
  }

  #needsWhy() {
    const said = this.article.sentences[this.chosen];
    return said.label && !said.explanation;
  }

  async #explain() {
    const { article, chosen } = this;
    const explaining = (this.#explaining = new AbortController());
    this.panel.showWhy(article.sentences[chosen]);
    const problem = await this.on.explain(article, chosen, explaining.signal);
    if (!explaining.signal.aborted) this.panel.showWhy(article.sentences[chosen], problem);
  }

  // Threats

  /** Go to the next threat, or to the one before. Without `focus`, as for a button, announce the threat instead. */
  goToThreat(direction, focus = true) {
    const found = this.#findThreats();
    if (!found.length || byId("result").hidden) return false;
    const from = this.chosen ?? (direction > 0 ? -1 : Infinity);
    const next = direction > 0 ? found.find((i) => i > from) : found.findLast((i) => i < from);
    this.choose(next ?? found.at(direction > 0 ? 0 : -1), focus); // after the last comes the first
    if (!focus) this.on.announce(`${byId("threat-place").textContent}: ${this.#sentences[this.chosen].text}`);
  }

  #findThreats() {
    return this.#sentences.flatMap(({ label }, i) => (label === "threat" ? [i] : []));
  }

  #showThreatPlace() {
    const found = this.#findThreats();
    const place = found.indexOf(this.chosen);
    byId("threat-place").textContent = place < 0 ? (found.length ? formatCount(found.length, "threat") : "No threats") : `Threat ${place + 1} of ${found.length}`;
    byId("threat-before").disabled = byId("threat-after").disabled = !found.length;
  }

  // The filter: while no button is pressed, every sentence is shown

  #applyFilter() {
    const { isOn, isShown } = this.legend.read();
    if (!isOn) this.speakers.clear();
    this.view.filter(isOn ? isShown : () => true);
    this.strip.filter(isShown);
    return findLabelled(this.#sentences).filter(isShown).length;
  }

  #announceFilter() {
    this.on.announce(`${this.#applyFilter()} of ${formatCount(findLabelled(this.#sentences).length, "sentence")} shown.`);
  }
}

function describeLanguages(sentences) {
  const others = sentences.filter(({ language }) => language !== "en");
  if (!others.length) return "";
  const names = [...new Set(others.map(({ language }) => (language === "und" ? "another language" : nameLanguage(language))))];
  const labelled = others.some(({ label }) => label);
  return `${formatCount(others.length, "sentence")} in ${names.join(", ")}: ${labelled ? "labelled all the same, but the model knows English only, so these labels mean nothing." : "not labelled, since the model knows English only."}`;
}
