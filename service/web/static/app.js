// Connects the parts of the page: texts and files go to the service; the desk lists the articles, the result shows one.

import { describeFault, Problem, Service } from "./api.js";
import { pressChoice, describeCorrection } from "./correction.js";
import { Desk } from "./desk.js";
import { byId, formatCount } from "./dom.js";
import { copy, download, toCsv, toCsvOfMany, toJson, toJsonOfMany } from "./export.js";
import { readField, readFile, splitIntoRequests, takeDrops } from "./files.js";
import { Form } from "./form.js";
import { Keys } from "./keys.js";
import { Library, makeArticle, makeFailed, nameText } from "./library.js";
import { makeReport } from "./report.js";
import { Result } from "./result.js";
import { Review } from "./review.js";

const AT_ONCE = 10; // documents of a request: few, so that the first ones are soon there
const FURNITURE = 4; // the place of its button after those of the labels

const chips = [...document.querySelectorAll(".chip[data-label]")];
const form = new Form({ submit: (text) => labelText(text), take: labelFiles, stop: () => request?.abort() });
const { dataset } = form.form;
const service = new Service(dataset.address, () => form.takeKey());
const library = new Library();
const result = new Result(chips, { hasCorrections: "corrections" in dataset, explain, correct, undo, announce });
const labels = Object.keys(result.labels);
const desk = new Desk(byId("desk"), result.labels, { open: openArticle, close: closeArticle, again: labelForeign });
const review = byId("review") && new Review(byId("review"), service, result.labels, { close: showArticles, announce, fail: (problem) => form.showProblem(problem) });
let request = null;

/** Tell a message to screen readers. */
function announce(message) {
  byId("status").textContent = message;
}

/** Do `act(signal)` while the page says that it works; return what that returns, or null if it failed or was stopped. */
async function work(doing, act, again) {
  request?.abort();
  const own = (request = new AbortController());
  form.showProblem(null);
  form.setWorking(doing);
  announce(doing);
  try {
    return await act(own.signal);
  } catch (error) {
    if (error.name === "AbortError") announce("Stopped.");
    else if (error.advice) form.showProblem(error, again);
    else throw error;
    return null;
  } finally {
    if (request === own) form.setWorking("");
  }
}

// What is labelled

async function labelText(text, options = {}) {
  const document = readField(text);
  const send = (signal) => service.classify({ ...document, ...options }, signal);
  const answer = await work("Reading the article …", send, (changed = options) => labelText(text, changed));
  if (!answer) return;
  const article = makeArticle(nameText(answer.text ?? text), document, answer, answer.model);
  const added = article.title ? article : { ...article, name: nameText(article.text) };
  takeIn([added]);
}

async function labelFiles(files) {
  const read = await Promise.all(files.map(readFile));
  const failed = read.filter(({ message }) => message).map(({ name, message }) => makeFailed(name, message));
  const articles = await work(`Reading ${formatCount(files.length, "article")} …`, (signal) => classifyAll(read, signal), () => labelFiles(files));
  if (articles) takeIn([...failed, ...articles]);
}

/** Classify documents, some at a time; return an article for each, or what is wrong with it. */
async function classifyAll(read, signal) {
  const items = read.filter(({ document }) => document);
  const articles = [];
  for (const group of splitIntoRequests(items, { bytes: 0.9 * Number(dataset.bytes), documents: Math.min(AT_ONCE, Number(dataset.documents)) })) {
    const body = { documents: group.map(({ document }) => document), on_error: "report" };
    const { documents, model } = await service.classify(body, signal);
    articles.push(...documents.map((record, i) => readRecord(group[i], record, model)));
    form.setWorking(`Read ${articles.length} of ${formatCount(items.length, "article")} …`);
  }
  return articles;
}

function readRecord({ name, document }, record, model) {
  if (!record.error) return makeArticle(name, document, record, model);
  const { message, foreign } = describeFault(record.error);
  return makeFailed(name, message, foreign ? document : null);
}

/** Label an article that is not English after all. */
async function labelForeign(index) {
  const { name, again } = library.articles[index];
  const answer = await work("Reading the article …", (signal) => service.classify({ ...again, language: "any" }, signal));
  if (!answer) return;
  library.articles[index] = makeArticle(name, again, answer, answer.model);
  openArticle(index);
}

function takeIn(articles) {
  const isLabelled = library.add(articles);
  if (!library.store()) announce("There are too many articles to keep them over a reload.");
  desk.show(library);
  if (articles.length === 1 && articles[0].failed) form.showProblem(new Problem(articles[0].name, articles[0].failed));
  if (!isLabelled) return;
  form.fold(true);
  form.clear();
  openArticle(library.current);
  byId("result-title").focus({ preventScroll: true });
  byId("source").scrollIntoView({ block: "start" });
  announce(`Done: ${result.describe()}`);
}

// The articles that are open

function openArticle(index) {
  library.current = index;
  library.store();
  showArticles();
}

function closeArticle(index) {
  library.remove(index);
  showArticles();
}

/** Show the current article, or the page as it is at first where there is none. */
function showArticles() {
  const { article } = library;
  desk.show(library);
  byId("meanings").hidden = Boolean(article);
  byId("all-articles").hidden = library.articles.filter(({ failed }) => !failed).length < 2;
  if (review?.isOpen) review.root.hidden = true;
  if (article) result.show(article);
  else {
    byId("result").hidden = true;
    form.fold(false);
    form.text.focus();
  }
}

function stepArticle(direction) {
  const open = library.articles.flatMap(({ failed }, i) => (failed ? [] : [i]));
  const next = open[open.indexOf(library.current) + direction];
  if (next === undefined) return false;
  openArticle(next);
  announce(library.article.name);
}

// Why, and corrections

/** Fill in the explanation of a sentence; return the problem where that fails. */
async function explain(article, index, signal) {
  const { text, sentences } = article;
  const language = sentences.some((s) => s.language !== "en" && s.label) ? { language: "any" } : {};
  try {
    const answer = await service.classify({ text, explain: [index], ...language }, signal);
    sentences[index].explanation = answer.sentences[index].explanation;
    return null;
  } catch (error) {
    if (error.name === "AbortError") return null;
    if (error.advice) return error;
    throw error;
  }
}

/** Send a correction at once; it is shown when it is kept. */
async function correct(article, index, change) {
  await keepChange(article, index, () => service.correct({ text: article.text, sentence: index, ...change }));
}

async function undo(article, index) {
  if (!article.corrections[index]) return;
  await keepChange(article, index, () => service.undo(article.corrections[index].id).then(() => null));
}

async function keepChange(article, index, act) {
  form.showProblem(null);
  try {
    const kept = await act();
    if (kept) article.corrections[index] = kept;
    else delete article.corrections[index];
    announce(kept ? `Corrected: ${describeCorrection(kept, result.labels)}.` : "The correction is taken back.");
  } catch (error) {
    if (!error.advice) throw error;
    form.showProblem(error, () => keepChange(article, index, act));
    return;
  }
  library.store();
  desk.show(library);
  if (result.article !== article) return;
  result.refresh();
  result.panel.focus();
}

function openReview() {
  if (!review) return false;
  byId("result").hidden = byId("meanings").hidden = true;
  byId("desk").hidden = true;
  form.fold(true);
  review.open();
}

// Save and copy

async function copyAs(button, name, format) {
  try {
    await copy(format(library.article));
  } catch {
    form.showProblem(new Problem("Nothing was copied", "The browser does not let this page copy. Save it as a file instead."));
    return;
  }
  const { textContent } = button;
  button.textContent = "Copied ✓";
  setTimeout(() => (button.textContent = textContent), 2000);
  announce(`Copied the result as ${name}.`);
}

async function saveReport(articles, name) {
  const response = await fetch(dataset.reportStyle).catch(() => null);
  if (!response?.ok) return form.showProblem(new Problem("The report could not be made", "Check that the service is running, then try again."));
  download(makeReport(articles, result.labels, await response.text()), name, "html", "text/html");
}

const listLabelled = () => library.articles.filter(({ failed }) => !failed);
const ALL = "stancewire articles";
const BUTTONS = {
  "copy-json": ({ target }) => copyAs(target, "JSON", toJson),
  "copy-csv": ({ target }) => copyAs(target, "CSV", (article) => toCsv(article, labels)),
  "save-json": () => download(toJson(library.article), library.article.name, "json", "application/json"),
  "save-csv": () => download(toCsv(library.article, labels), library.article.name, "csv", "text/csv"),
  "save-report": () => saveReport([library.article], library.article.name),
  "save-all-json": () => download(toJsonOfMany(listLabelled()), ALL, "json", "application/json"),
  "save-all-csv": () => download(toCsvOfMany(listLabelled(), labels), ALL, "csv", "text/csv"),
  "save-all-report": () => saveReport(listLabelled(), ALL),
  print: () => window.print(),
  "another-article": startAnother,
  "close-article": () => closeArticle(library.current),
  "open-review": openReview,
};
for (const [id, act] of Object.entries(BUTTONS)) byId(id)?.addEventListener("click", act);

function startAnother() {
  form.fold(false);
  form.text.focus();
  byId("source").scrollIntoView({ block: "start" });
}

// Keys

const inReview = () => review?.isOpen;

/** Press the button for a label by its number, or for furniture, in the review or in the open form of the panel. */
function choose(choice) {
  const root = inReview() ? review.root : byId("panel").querySelector(".wrong[open]");
  return root ? pressChoice(root, choice) : false;
}

const step = (direction) => (inReview() ? review.step(direction) : result.step(direction));
const undoLast = () => (inReview() ? review.undo() : result.chosen !== null && undo(result.article, result.chosen));

const groups = [
  {
    title: "In an article",
    keys: [
      { shown: "J K", does: "next, previous sentence", acts: { j: () => step(1), k: () => step(-1) } },
      { shown: "T Shift+T", does: "next, previous threat", acts: { t: () => !inReview() && result.goToThreat(1), T: () => !inReview() && result.goToThreat(-1) } },
      { shown: "↑ ↓ Home End", does: "in the article: another sentence" },
      { shown: "Enter", does: "in the article: read the details" },
      { shown: "Esc", does: "close the details", acts: { Escape: () => !inReview() && result.close() } },
      { shown: "/", does: "search the speakers", acts: { "/": () => focusOn("speaker-search") } },
    ],
  },
  {
    title: "On the page",
    keys: [
      { shown: "[ ]", does: "previous, next article", acts: { "[": () => stepArticle(-1), "]": () => stepArticle(1) } },
      { shown: "N", does: "another article", acts: { n: () => startAnother() } },
      { shown: "Ctrl+Enter", does: "in the text field: label the sentences" },
      { shown: "?", does: "these keys" },
    ],
  },
];
const correcting = {
  title: "Where a label is wrong",
  keys: [
    { shown: "W", does: "say what is right", acts: { w: () => !inReview() && result.panel.openCorrection() } },
    { shown: "1 2 3 4", does: "the right label, in the order of the legend", acts: Object.fromEntries(labels.map((_, i) => [String(i + 1), () => choose(i)])) },
    { shown: "F", does: "page furniture", acts: { f: () => choose(FURNITURE) } },
    { shown: "U", does: "undo", acts: { u: undoLast } },
    { shown: "R", does: "review what the model is not sure of", acts: { r: openReview } },
    { shown: "Y", does: "in the review: the label is right", acts: { y: () => inReview() && review.confirm() } },
    { shown: "D", does: "in the review: nothing to correct in this document", acts: { d: () => inReview() && review.dismiss() } },
  ],
};

function focusOn(id) {
  const element = byId(id);
  if (!element?.checkVisibility()) return false;
  element.focus();
}

new Keys(byId("keys"), review ? [...groups, correcting] : groups);
takeDrops(labelFiles);
if (library.restore()) {
  form.fold(true);
  showArticles();
}
