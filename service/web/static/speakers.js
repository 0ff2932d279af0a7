// Who said what: a row for each speaker, which filters the article when it is chosen. It can be sorted and searched.

import { formatCount, makeElement, makeIcon } from "./dom.js";
import { listSpeakers } from "./sentences.js";

const ORDERS = { name: (a, b) => a.name.localeCompare(b.name, "en"), total: (a, b) => b.total - a.total, first: (a, b) => a.first - b.first };

export class Speakers {
  #rows = [];
  #order = "first";
  #descending = false;
  #search = "";
  #titles = {};

  /** Fill `root`. `on` has what clicks call: filter(key, name), null for all speakers, and choose(index). */
  constructor(root, on) {
    Object.assign(this, { root, on, chosen: null });
  }

  show(sentences, titles) {
    this.#titles = titles;
    this.#rows = listSpeakers(sentences, Object.keys(titles));
    if (!this.#rows.some(({ key }) => key === this.chosen)) this.chosen = null;
    const search = makeElement("input", { type: "search", id: "speaker-search", placeholder: "Search speakers", "aria-label": "Search speakers", value: this.#search, oninput: () => ((this.#search = search.value), this.#fill()) });
    this.body = makeElement("tbody");
    this.note = makeElement("p", { className: "quiet" });
    const table = makeElement("table", {}, makeElement("caption", { className: "hidden-visually" }, "Speakers and how many of their sentences have each label"), makeElement("thead", {}, this.#makeHead()), this.body);
    this.root.replaceChildren(
      makeElement("div", { className: "row between" }, makeElement("h3", {}, "Who said what"), search),
      makeElement("div", { className: "scrolled" }, table),
      this.note,
    );
    this.#fill();
  }

  /** Take the filter back without telling anybody. */
  clear() {
    this.chosen = null;
    if (this.body) this.#fill();
  }

  #makeHead() {
    const sort = (order, title, content = title) => makeElement("button", { type: "button", className: "plain", "aria-label": `Sort by ${title}`, onclick: () => this.#sortBy(order) }, content);
    this.heads = new Map();
    const head = (order, title, content) => {
      const cell = makeElement("th", { scope: "col" }, sort(order, title, content));
      this.heads.set(order, cell);
      return cell;
    };
    const labels = Object.entries(this.#titles).map(([label, title]) => head(label, title, labelIcon(label)));
    return makeElement("tr", {}, head("name", "Speaker"), ...labels, head("total", "All"), head("first", "Place"));
  }

  #sortBy(order) {
    this.#descending = this.#order === order && !this.#descending;
    this.#order = order;
    this.#fill();
  }

  #fill() {
    const compare = ORDERS[this.#order] ?? ((a, b) => b.counts[this.#order] - a.counts[this.#order]);
    const wanted = this.#search.trim().toLowerCase();
    const found = this.#rows.filter(({ name, descriptor, role, via }) => [name, descriptor, role, ...via].join(" ").toLowerCase().includes(wanted));
    const sorted = found.sort(compare);
    if (this.#descending) sorted.reverse();
    for (const [order, cell] of this.heads) cell.ariaSort = order === this.#order ? (this.#descending ? "descending" : "ascending") : "none";
    this.body.replaceChildren(...sorted.map((row) => this.#makeRow(row)));
    this.note.textContent = found.length ? "" : "Nobody of that name.";
  }

  #makeRow({ key, name, role, descriptor, via, counts, total, first, last }) {
    const isChosen = key === this.chosen;
    const about = [descriptor, role === "unknown" ? "" : role, via.length ? `via ${via.join(", ")}` : ""].filter(Boolean).join(" · ");
    const pick = makeElement("button", { type: "button", className: "speaker", "aria-pressed": String(isChosen), "aria-label": `${name}, ${formatCount(total, "sentence")}`, onclick: () => this.#choose(isChosen ? null : key, name) }, name);
    const lead = (index) => makeElement("button", { type: "button", className: "plain", "aria-label": `Go to sentence ${index + 1}`, onclick: () => this.on.choose(index) }, String(index + 1));
    const row = makeElement(
      "tr",
      { className: isChosen ? "chosen" : "" },
      makeElement("th", { scope: "row" }, pick, makeElement("span", { className: "quiet" }, about)),
      ...Object.entries(counts).map(([label, count]) => makeCount(label, count)),
      makeElement("td", {}, String(total)),
      makeElement("td", { className: "place" }, lead(first), ...(last > first ? ["–", lead(last)] : [])),
    );
    return row;
  }

  #choose(key, name) {
    this.chosen = key;
    this.#fill();
    this.body.querySelector("[aria-pressed=true]")?.focus();
    this.on.filter(key, name);
  }
}

function labelIcon(label) {
  const icon = makeIcon(label);
  icon.dataset.label = label;
  return icon;
}

function makeCount(label, count) {
  const cell = makeElement("td", { className: count ? "" : "none" }, String(count));
  cell.dataset.label = label;
  return cell;
}
