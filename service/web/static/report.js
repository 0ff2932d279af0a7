// A report on articles as one HTML file that needs nothing else: counts, speakers, threats, and the text with its marks.

import { formatCount, formatPercent, makeElement } from "./dom.js";
import { listShown } from "./library.js";
import { splitParagraphs } from "./offsets.js";
import { countLabels, describeUnread, findLabelled, listSpeakers } from "./sentences.js";
import { listThreatFacts } from "./threats.js";

/** Return the report on articles as HTML; `labels` has titles and definitions, `style` is its style sheet. */
export function makeReport(articles, labels, style) {
  const title = articles.length === 1 ? articles[0].name : formatCount(articles.length, "article");
  const { version, artifact_hash: hash } = articles[0].model;
  const said = `Labelled by Stancewire ${version}, artifact ${hash.slice(0, 12)}, on ${new Date().toISOString().slice(0, 10)}. The labels are a model's and may be wrong; “?” marks those that are more likely to be, “✎” what a person corrected.`;
  const main = makeElement(
    "main",
    {},
    makeElement("h1", {}, title),
    makeElement("p", { className: "quiet" }, said),
    makeLegend(labels),
    ...articles.map((article) => makeArticleSection(article, labels, articles.length > 1)),
  );
  const head = makeElement("head", {}, makeElement("meta", {}), makeElement("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }), makeElement("title", {}, title));
  head.firstChild.setAttribute("charset", "utf-8");
  return `<!doctype html>\n<html lang="en">${head.outerHTML.replace("</head>", `<style>${style}</style></head>`)}<body>${main.outerHTML}</body></html>\n`;
}

function makeLegend(labels) {
  const rows = Object.entries(labels).flatMap(([label, { title, definition }]) => [makeElement("dt", {}, makeMark(label, labels), ` ${title}`), makeElement("dd", {}, definition)]);
  return makeElement("dl", { className: "legend" }, ...rows);
}

function makeMark(label, labels) {
  const mark = makeElement("b", { className: "mark" }, labels[label].title[0]);
  mark.dataset.label = label;
  return mark;
}

function makeArticleSection(article, labels, hasTitle) {
  const sentences = listShown(article);
  const facts = [article.outlet, article.date].filter(Boolean).join(", ");
  const heading = (title) => makeElement(hasTitle ? "h3" : "h2", {}, title);
  return makeElement(
    "section",
    {},
    hasTitle ? makeElement("h2", {}, article.name) : null,
    facts ? makeElement("p", { className: "quiet" }, facts) : null,
    makeCounts(sentences, labels),
    heading("Who said what"),
    makeSpeakers(sentences, labels),
    ...makeThreats(sentences, heading("Threats")),
    heading("The article"),
    ...makeText(article.text, sentences, labels),
  );
}

function makeCounts(sentences, labels) {
  const labelled = findLabelled(sentences);
  const counts = Object.entries(countLabels(sentences, Object.keys(labels)));
  const shares = counts.map(([label, count]) => [labels[label].title, `${count} (${formatPercent(labelled.length ? count / labelled.length : 0)})`]);
  return makeTable(["Sentences", ...shares.map(([title]) => title), "Uncertain"], [[labelled.length, ...shares.map(([, share]) => share), sentences.filter(({ uncertain }) => uncertain).length]]);
}

function makeSpeakers(sentences, labels) {
  const rows = listSpeakers(sentences, Object.keys(labels)).map(({ name, role, descriptor, via, counts, total, first, last }) => {
    const about = [descriptor, role, via.length ? `via ${via.join(", ")}` : ""].filter(Boolean).join(", ");
    return [name, about, ...Object.values(counts), total, last > first ? `${first + 1}–${last + 1}` : first + 1];
  });
  const table = makeTable(["Speaker", "Role", ...Object.values(labels).map(({ title }) => title), "All", "Sentences"], rows);
  table.className = "speakers";
  return table;
}

function makeThreats(sentences, heading) {
  const threats = sentences.filter(({ label }) => label === "threat");
  if (!threats.length) return [];
  const items = threats.map((sentence) => {
    const facts = listThreatFacts(sentence).map(([name, value]) => `${name}: ${value}`).join(" · ");
    return makeElement("li", {}, makeElement("blockquote", {}, sentence.text), makeElement("p", { className: "quiet" }, facts));
  });
  return [heading, makeElement("ol", {}, ...items)];
}

function makeText(text, sentences, labels) {
  return splitParagraphs(text, sentences).flatMap(({ pieces }) => {
    if (!pieces.length) return [];
    const parts = pieces.flatMap((piece) => (piece.index === undefined ? [piece.text] : makeSentence(sentences[piece.index], piece.text, labels)));
    return [makeElement("p", {}, ...parts)];
  });
}

function makeSentence(sentence, text, labels) {
  if (!sentence.label) return [makeElement("span", { className: "unread", title: describeUnread(sentence) }, text)];
  const by = sentence.speaker ? `, ${sentence.speaker.name}` : "";
  const shown = makeElement("span", { className: "sentence", title: `${labels[sentence.label].title}, ${sentence.corrected ? "corrected" : formatPercent(sentence.confidence)}${by}` }, text);
  shown.dataset.label = sentence.label;
  const signs = `${sentence.uncertain ? "?" : ""}${sentence.corrected ? "✎" : ""}`;
  return [makeMark(sentence.label, labels), shown, signs ? makeElement("b", { className: "mark" }, signs) : ""];
}

function makeTable(heads, rows) {
  const cells = (row) => row.map((value, i) => (i ? makeElement("td", {}, String(value)) : makeElement("th", { scope: "row" }, String(value))));
  const head = makeElement("tr", {}, ...heads.map((name) => makeElement("th", { scope: "col" }, name)));
  return makeElement("table", {}, makeElement("thead", {}, head), makeElement("tbody", {}, ...rows.map((row) => makeElement("tr", {}, ...cells(row)))));
}
