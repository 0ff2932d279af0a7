// The articles that are open in this tab. They survive a reload, and are forgotten when the tab is closed.

import { applyCorrection } from "./sentences.js";

const STORED = "stancewire-articles";
const LONGEST_NAME = 100; // characters

/** Return an article as the page keeps it: what was sent, what was found in it, and what the service says of it. */
export function makeArticle(name, document, record, model) {
  const { text = document.text, title = null, date = null, outlet = null, sentences } = record;
  return { name: title ?? name, text, title, date, outlet, sentences, model, corrections: {}, source: null };
}

/** Return what stands in an article's place that cannot be labelled. */
export const makeFailed = (name, message, again = null) => ({ name, failed: message, again });

/** Return an article's sentences as they are once its corrections are believed. */
export const listShown = ({ sentences, corrections }) => sentences.map((sentence, i) => applyCorrection(sentence, corrections[i]));

/** Return a name for a text that has none: the beginning of its first line, in whole words. */
export function nameText(text) {
  const line = text.trim().split("\n", 1)[0];
  if (line.length <= LONGEST_NAME) return line;
  const start = line.slice(0, LONGEST_NAME).replace(/[\ud800-\udbff]$/, "");
  return `${start.replace(/\s+\S*$/, "")} …`;
}

export class Library {
  articles = [];
  current = -1;

  get article() {
    return this.articles[this.current];
  }

  /** Add articles and open the first of them that could be labelled; return whether there is one. */
  add(articles) {
    const labelled = articles.findIndex(({ failed }) => !failed);
    if (labelled >= 0) this.current = this.articles.length + labelled;
    this.articles.push(...articles);
    this.store();
    return labelled >= 0;
  }

  /** Close an article; the one after it, or else before it, is current then. */
  remove(index) {
    this.articles.splice(index, 1);
    if (index < this.current || this.current >= this.articles.length) this.current -= 1;
    if (this.article?.failed) this.current = this.articles.findIndex(({ failed }) => !failed);
    this.store();
  }

  clear() {
    this.articles = [];
    this.current = -1;
    this.store();
  }

  /** Keep the articles for this tab; return whether there was room. */
  store() {
    try {
      if (this.articles.length) sessionStorage.setItem(STORED, JSON.stringify({ articles: this.articles.map(withoutReasons), current: this.current }));
      else sessionStorage.removeItem(STORED);
      return true;
    } catch {
      sessionStorage.removeItem(STORED);
      return false;
    }
  }

  /** Take back the articles that were kept for this tab; return whether there are any. */
  restore() {
    const stored = sessionStorage.getItem(STORED);
    if (stored) Object.assign(this, JSON.parse(stored));
    return Boolean(this.article);
  }
}

/** Return an article without its explanations, which are long and made anew when they are looked at. */
function withoutReasons(article) {
  if (!article.sentences) return article;
  return { ...article, sentences: article.sentences.map(({ explanation, ...rest }) => rest) };
}
