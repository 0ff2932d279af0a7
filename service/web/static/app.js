// Connects the parts of the page: the form sends a text; article, strip and panel show the answer.

import { classify } from "./api.js";
import { Article } from "./article.js";
import { byId, formatCount } from "./dom.js";
import { copy, toCsv, toJson } from "./export.js";
import { Form } from "./form.js";
import { countCodePoints } from "./offsets.js";
import { Panel } from "./panel.js";
import { Strip } from "./strip.js";

const EXPLAINED_AT_ONCE = 8_000; // characters; explaining takes many times as long as labelling

const chips = [...document.querySelectorAll(".chip[data-label]")];
const labels = Object.fromEntries(chips.map(({ dataset }) => [dataset.label, dataset]));
const titles = Object.fromEntries(chips.map(({ dataset }) => [dataset.label, dataset.title]));
const state = { text: "", answer: null, chosen: null, request: null };

const form = new Form({ submit: labelText, stop: () => state.request?.abort() });
const article = new Article(byId("article"), { choose, enter: () => panel.focus(), threat: goToThreat });
const strip = new Strip(byId("strip"), Object.keys(labels), choose);
const panel = new Panel(byId("panel"), { close: closePanel, step, explain });

/** Tell a message to screen readers. */
function announce(message) {
  byId("status").textContent = message;
}

/** Return the sentences that have a label: all but page furniture, which counts nowhere. */
const findLabelled = () => state.answer.sentences.filter((sentence) => !sentence.boilerplate);

/** Send a text to the service and return its answer; or null after a problem, which is shown, or if it was stopped. */
async function send(text, explain) {
  state.request?.abort();
  const request = (state.request = new AbortController());
  form.showProblem(null);
  form.setWorking(true);
  announce("Reading the article.");
  try {
    return await classify(form.form.dataset.address, text, { explain, key: form.takeKey(), signal: request.signal });
  } catch (error) {
    if (error.name === "AbortError") announce("Stopped.");
    else if (error.advice) form.showProblem(error);
    else throw error;
    return null;
  } finally {
    if (state.request === request) form.setWorking(false);
  }
}

async function labelText(text) {
  byId("result").hidden = true;
  const answer = await send(text, countCodePoints(text) <= EXPLAINED_AT_ONCE);
  if (!answer) return;
  showAnswer(text, answer);
  form.fold(true);
  byId("result-title").focus({ preventScroll: true });
  byId("source").scrollIntoView({ block: "start" });
  announce(`Done: ${byId("result-title").textContent}. ${chips.map((chip) => chip.textContent.trim().replace(/\s+/g, " ")).join(", ")}.`);
}

async function explain() {
  const chosen = state.chosen;
  const answer = await send(state.text, true);
  if (!answer) return;
  showAnswer(state.text, answer);
  choose(chosen);
  announce("The words that decided are shown.");
}

function showAnswer(text, answer) {
  Object.assign(state, { text, answer, chosen: null });
  const { sentences, model } = answer;
  byId("result-title").textContent = formatCount(findLabelled().length, "sentence");
  byId("furniture-note").hidden = findLabelled().length === sentences.length;
  byId("model").textContent = `Model ${model.version}, artifact ${model.artifact_hash.slice(0, 12)}.`;
  for (const chip of chips) setCount(chip, sentences.filter((s) => s.label === chip.dataset.label).length);
  setCount(byId("uncertain-only"), sentences.filter((s) => s.uncertain).length);
  byId("result").hidden = false;
  byId("meanings").hidden = true;
  article.show(text, sentences, titles);
  strip.show(sentences, titles);
  panel.clear();
  applyFilter();
  showThreatPlace();
}

function setCount(chip, count) {
  chip.querySelector(".count").textContent = count;
}

// The chosen sentence

function choose(index, focus = true) {
  state.chosen = index;
  const { sentences } = state.answer;
  const ends = { isFirst: index === 0, isLast: index === sentences.length - 1 };
  const number = findLabelled().indexOf(sentences[index]) + 1; // 0 for page furniture
  panel.show(sentences[index], { number, total: findLabelled().length, ...ends }, labels);
  article.choose(index, { focus });
  strip.choose(index);
  showThreatPlace();
}

function step(direction) {
  choose(state.chosen + direction);
  panel.focus();
}

function closePanel() {
  state.chosen = null;
  panel.clear();
  article.choose(null);
  strip.choose(null);
  showThreatPlace();
  article.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && state.chosen !== null && !byId("source").contains(event.target)) closePanel();
});

// Threats

function findThreats() {
  return state.answer.sentences.flatMap((sentence, i) => (sentence.label === "threat" ? [i] : []));
}

/** Go to the next threat, or to the one before. Without `focus`, as for a button, announce the threat instead. */
function goToThreat(direction, focus = true) {
  const found = findThreats();
  const from = state.chosen ?? (direction > 0 ? -1 : Infinity);
  const next = direction > 0 ? found.find((i) => i > from) : found.findLast((i) => i < from);
  if (!found.length) return;
  choose(next ?? found.at(direction > 0 ? 0 : -1), focus); // after the last comes the first
  if (!focus) announce(`${byId("threat-place").textContent}: ${state.answer.sentences[state.chosen].text}`);
}

function showThreatPlace() {
  const found = findThreats();
  const place = found.indexOf(state.chosen);
  byId("threat-place").textContent = place < 0 ? (found.length ? formatCount(found.length, "threat") : "No threats") : `Threat ${place + 1} of ${found.length}`;
  byId("threat-before").disabled = byId("threat-after").disabled = !found.length;
}

// The filter: while no button is pressed, every sentence is shown

function applyFilter() {
  const wanted = new Set(chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.dataset.label));
  const uncertainOnly = byId("uncertain-only").ariaPressed === "true";
  const shown = (sentence) => (!wanted.size || wanted.has(sentence.label)) && (!uncertainOnly || sentence.uncertain);
  article.filter(shown);
  strip.filter(shown);
  byId("show-all").hidden = !wanted.size && !uncertainOnly;
  return findLabelled().filter(shown).length;
}

function announceFilter() {
  announce(`${applyFilter()} of ${formatCount(findLabelled().length, "sentence")} shown.`);
}

for (const chip of [...chips, byId("uncertain-only")])
  chip.addEventListener("click", () => {
    chip.ariaPressed = String(chip.ariaPressed !== "true");
    announceFilter();
  });
byId("show-all").addEventListener("click", () => {
  for (const chip of [...chips, byId("uncertain-only")]) chip.ariaPressed = "false";
  byId("uncertain-only").focus();
  announceFilter();
});
byId("threat-before").addEventListener("click", () => goToThreat(-1, false));
byId("threat-after").addEventListener("click", () => goToThreat(1, false));

// Copy

async function copyAs(button, name, format) {
  try {
    await copy(format(state.answer));
  } catch {
    form.showProblem({ title: "Nothing was copied", advice: "The browser does not let this page copy. Use: stance classify --json", status: 400 });
    return;
  }
  button.textContent = `Copied ${name} ✓`;
  setTimeout(() => (button.textContent = `Copy ${name}`), 2000);
  announce(`Copied the result as ${name}.`);
}

byId("copy-json").addEventListener("click", (event) => copyAs(event.target, "JSON", toJson));
byId("copy-csv").addEventListener("click", (event) => copyAs(event.target, "CSV", (answer) => toCsv(answer, Object.keys(labels))));
