// The articles that are open: a tab each, and, from two on, a list with counts and a comparison of outlets.

import { formatCount, formatPercent, makeElement, makeIcon } from "./dom.js";
import { listShown } from "./library.js";
import { countLabels, findLabelled } from "./sentences.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

export class Desk {
  /** Fill `root`. `labels` has the labels' titles; `on` has what clicks call: open(index), close(index), again(index). */
  constructor(root, labels, on) {
    Object.assign(this, { root, labels, on });
  }

  show({ articles, current }) {
    this.root.hidden = articles.length < 2;
    if (this.root.hidden) return this.root.replaceChildren();
    const labelled = articles.filter(({ failed }) => !failed);
    const title = `${formatCount(articles.length, "article")}, ${formatCount(sumSentences(labelled), "sentence")}`;
    this.root.replaceChildren(
      makeElement("h2", { id: "desk-title" }, title),
      this.#makeTabs(articles, current),
      ...articles.flatMap((article, i) => (article.failed ? [this.#makeFailure(article, i)] : [])),
      this.#makeFold("Counts by article", this.#makeCounts(articles, current)),
      ...this.#compareOutlets(labelled),
    );
  }

  #makeTabs(articles, current) {
    const tabs = articles.flatMap((article, i) => {
      if (article.failed) return [];
      const tab = makeElement("button", { type: "button", role: "tab", id: `tab-${i}`, "aria-controls": "result", "aria-selected": String(i === current), tabIndex: i === current ? 0 : -1, onclick: () => this.on.open(i) }, article.name);
      return [tab];
    });
    const list = makeElement("div", { className: "tabs", role: "tablist", "aria-label": "Articles" }, ...tabs);
    list.addEventListener("keydown", (event) => {
      const place = tabs.indexOf(event.target) + (STEPS[event.key] ?? 0);
      if (!(event.key in STEPS) || !tabs[place]) return;
      event.preventDefault();
      const { id } = tabs[place];
      tabs[place].click();
      document.getElementById(id).focus();
    });
    return list;
  }

  #makeFailure({ name, failed, again }, index) {
    const retry = again && makeElement("button", { type: "button", onclick: () => this.on.again(index) }, "Label it all the same");
    const close = makeElement("button", { type: "button", className: "plain", onclick: () => this.on.close(index) }, "Remove");
    return makeElement("p", { className: "doubt row" }, makeElement("span", {}, makeElement("strong", {}, name), `: ${failed}`), retry, close);
  }

  #makeFold(title, ...content) {
    return makeElement("details", {}, makeElement("summary", {}, title), ...content);
  }

  #makeCounts(articles, current) {
    const rows = articles.flatMap((article, i) => {
      if (article.failed) return [];
      const open = makeElement("button", { type: "button", className: "plain", onclick: () => this.on.open(i) }, article.name);
      const close = makeElement("button", { type: "button", className: "plain", "aria-label": `Close ${article.name}`, onclick: () => this.on.close(i) }, "✕");
      const counts = countLabels(listShown(article), Object.keys(this.labels));
      const row = makeRow([open, article.outlet ?? "", article.date ?? "", ...Object.values(counts), close]);
      if (i === current) row.className = "chosen";
      return [row];
    });
    return makeTable(["Article", "Outlet", "Date", ...this.#makeHeads(), "Close"], rows);
  }

  #compareOutlets(articles) {
    const outlets = Map.groupBy(articles.filter(({ outlet }) => outlet), ({ outlet }) => outlet);
    if (outlets.size < 2) return [];
    const rows = [...outlets].map(([outlet, its]) => {
      const labelled = findLabelled(its.flatMap(listShown));
      const counts = countLabels(labelled, Object.keys(this.labels));
      const shares = Object.entries(counts).map(([label, count]) => makeShare(label, count / labelled.length));
      return makeRow([outlet, its.length, ...shares]);
    });
    return [this.#makeFold("Shares of the labels by outlet", makeTable(["Outlet", "Articles", ...this.#makeHeads()], rows))];
  }

  #makeHeads() {
    return Object.entries(this.labels).map(([label, { title }]) => makeElement("span", { className: "head" }, makeIcon(label), title));
  }
}

const sumSentences = (articles) => articles.reduce((sum, article) => sum + findLabelled(listShown(article)).length, 0);

function makeShare(label, share) {
  const bar = makeElement("span", { className: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", share);
  const cell = makeElement("span", { className: "share" }, bar, formatPercent(share));
  cell.dataset.label = label;
  return cell;
}

function makeTable(heads, rows) {
  const head = makeElement("tr", {}, ...heads.map((name) => makeElement("th", { scope: "col" }, name)));
  return makeElement("div", { className: "scrolled", tabIndex: 0, role: "group", "aria-label": "Table" }, makeElement("table", {}, makeElement("thead", {}, head), makeElement("tbody", {}, ...rows)));
}

const makeRow = ([name, ...cells]) => makeElement("tr", {}, makeElement("th", { scope: "row" }, name), ...cells.map((cell) => makeElement("td", {}, cell)));
