// Ties the page together: the form asks, the article, strip and panel show one answer and one chosen sentence.

import { classify } from "./api.js";
import { Article } from "./article.js";
import { byId, counted } from "./dom.js";
import { copy, toCsv, toJson } from "./export.js";
import { Form } from "./form.js";
import { codePoints } from "./offsets.js";
import { Panel } from "./panel.js";
import { Strip } from "./strip.js";

const EXPLAINED_AT_ONCE = 8_000; // characters; explaining takes many times as long as labelling

const chips = [...document.querySelectorAll(".chip[data-label]")];
const labels = Object.fromEntries(chips.map(({ dataset }) => [dataset.label, dataset]));
const titles = Object.fromEntries(chips.map(({ dataset }) => [dataset.label, dataset.title]));
const state = { text: "", answer: null, chosen: null, request: null };

const form = new Form({ submit: label, stop: () => state.request?.abort() });
const article = new Article(byId("article"), { choose, enter: () => panel.focus(), threat: goToThreat });
const strip = new Strip(byId("strip"), Object.keys(labels), choose);
const panel = new Panel(byId("panel"), { leave, step, explain });

function say(message) {
  byId("status").textContent = message;
}

/** Ask the service; return its answer, or null where it failed or was stopped, which the reader is told. */
async function ask(text, explain) {
  state.request?.abort();
  const request = (state.request = new AbortController());
  form.tell(null);
  form.working(true);
  say("Reading the article.");
  try {
    return await classify(form.form.dataset.address, text, { explain, key: form.takeKey(), signal: request.signal });
  } catch (error) {
    if (error.name === "AbortError") say("Stopped.");
    else if (error.advice) form.tell(error);
    else throw error;
    return null;
  } finally {
    if (state.request === request) form.working(false);
  }
}

async function label(text) {
  byId("result").hidden = true;
  const answer = await ask(text, codePoints(text) <= EXPLAINED_AT_ONCE);
  if (!answer) return;
  show(text, answer);
  form.fold(true);
  byId("result-title").focus({ preventScroll: true });
  byId("source").scrollIntoView({ block: "start" });
  say(`Done: ${byId("result-title").textContent}. ${chips.map((chip) => chip.textContent.trim().replace(/\s+/g, " ")).join(", ")}.`);
}

async function explain() {
  const chosen = state.chosen;
  const answer = await ask(state.text, true);
  if (!answer) return;
  show(state.text, answer);
  choose(chosen);
  say("The words that decided are shown.");
}

function show(text, answer) {
  Object.assign(state, { text, answer, chosen: null });
  const { sentences, model } = answer;
  byId("result-title").textContent = counted(sentences.length, "sentence");
  byId("model").textContent = `Model ${model.version}, artifact ${model.artifact_hash.slice(0, 12)}.`;
  for (const chip of chips) setCount(chip, sentences.filter((s) => s.label === chip.dataset.label).length);
  setCount(byId("uncertain-only"), sentences.filter((s) => s.uncertain).length);
  byId("result").hidden = false;
  byId("meanings").hidden = true;
  article.show(text, sentences, titles);
  strip.show(sentences, titles);
  panel.clear();
  filter();
  tellThreat();
}

function setCount(chip, count) {
  chip.querySelector(".count").textContent = count;
}

// Chosen sentence

function choose(index, focus = true) {
  state.chosen = index;
  const { sentences } = state.answer;
  panel.show(sentences[index], index, sentences.length, labels);
  article.choose(index, { focus });
  strip.choose(index);
  tellThreat();
}

function step(direction) {
  choose(state.chosen + direction);
  panel.focus();
}

function leave() {
  state.chosen = null;
  panel.clear();
  article.choose(null);
  strip.choose(null);
  tellThreat();
  article.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && state.chosen !== null && !byId("source").contains(event.target)) leave();
});

// Threats

function threats() {
  return state.answer.sentences.flatMap((sentence, i) => (sentence.label === "threat" ? [i] : []));
}

/** Go to the next threat, or the one before; without `focus`, as for a button, tell which it is instead. */
function goToThreat(direction, focus = true) {
  const found = threats();
  const from = state.chosen ?? (direction > 0 ? -1 : Infinity);
  const next = direction > 0 ? found.find((i) => i > from) : found.findLast((i) => i < from);
  if (!found.length) return;
  choose(next ?? found.at(direction > 0 ? 0 : -1), focus); // around the end
  if (!focus) say(`${byId("threat-place").textContent}: ${state.answer.sentences[state.chosen].text}`);
}

function tellThreat() {
  const found = threats();
  const place = found.indexOf(state.chosen);
  byId("threat-place").textContent = place < 0 ? (found.length ? counted(found.length, "threat") : "No threats") : `Threat ${place + 1} of ${found.length}`;
  byId("threat-before").disabled = byId("threat-after").disabled = !found.length;
}

// Filter: nothing pressed shows everything

function filter() {
  const wanted = new Set(chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.dataset.label));
  const doubtful = byId("uncertain-only").ariaPressed === "true";
  const shown = (sentence) => (!wanted.size || wanted.has(sentence.label)) && (!doubtful || sentence.uncertain);
  article.filter(shown);
  strip.filter(shown);
  byId("show-all").hidden = !wanted.size && !doubtful;
  return state.answer.sentences.filter(shown).length;
}

function tellFilter() {
  say(`${filter()} of ${counted(state.answer.sentences.length, "sentence")} shown.`);
}

for (const chip of [...chips, byId("uncertain-only")])
  chip.addEventListener("click", () => {
    chip.ariaPressed = String(chip.ariaPressed !== "true");
    tellFilter();
  });
byId("show-all").addEventListener("click", () => {
  for (const chip of [...chips, byId("uncertain-only")]) chip.ariaPressed = "false";
  byId("uncertain-only").focus();
  tellFilter();
});
byId("threat-before").addEventListener("click", () => goToThreat(-1, false));
byId("threat-after").addEventListener("click", () => goToThreat(1, false));

// Copy

async function copyAs(button, name, format) {
  try {
    await copy(format(state.answer));
  } catch {
    form.tell({ title: "Nothing was copied", advice: "The browser does not let this page copy. Use: stance classify --json", status: 400 });
    return;
  }
  button.textContent = `Copied ${name} ✓`;
  setTimeout(() => (button.textContent = `Copy ${name}`), 2000);
  say(`Copied ${counted(state.answer.sentences.length, "sentence")} as ${name}.`);
}

byId("copy-json").addEventListener("click", (event) => copyAs(event.target, "JSON", toJson));
byId("copy-csv").addEventListener("click", (event) => copyAs(event.target, "CSV", toCsv));
