// Why a sentence has its label: in words, then the sentence with the words that weigh most, then what is for and against.

import { formatCount, makeElement } from "./dom.js";
import { convertToUnits, countCodePoints } from "./offsets.js";

const STRONGEST = 7; // shown on either side; the others are added up
const NOTABLE = 0.2; // words with this share of the strongest word's weight are marked in the sentence
const ASK = "Show the words that decided";
const NAMED = 3; // reasons that are put into words above the lists

/** Return elements that explain a label or, without an explanation, a button that calls `ask` to get one. */
export function makeExplanation({ text, explanation }, title, ask) {
  if (!explanation) {
    return [
      makeElement("p", { className: "quiet" }, "In a long article this is worked out only when asked for."),
      makeElement("button", { type: "button", onclick: (event) => waitFor(ask, event.target) }, ASK),
    ];
  }
  const { contributions } = explanation;
  const strongest = Math.max(...contributions.map(({ weight }) => Math.abs(weight)));
  const reasons = contributions.filter(({ weight }) => weight > 0);
  const doubts = contributions.filter(({ weight }) => weight < 0);
  return [
    makeElement("p", { className: "reasons" }, summarize(reasons, doubts)),
    makeElement("p", { className: "marked" }, ...markWords(text, contributions)),
    ...makeSide(`For “${title}”`, reasons, strongest, "for"),
    ...makeSide("Against it", doubts, strongest, "against"),
  ];
}

/** Put the strongest reasons into words, with what is most against the label where that weighs as much as one of them. */
function summarize(reasons, doubts) {
  const [most, against] = [reasons.slice(0, NAMED), doubts[0]];
  const sentences = most.length ? [`Mostly because: ${most.map(describe).join("; ")}.`] : ["Nothing in it speaks for this label by itself."];
  if (against && most.length && -against.weight >= most.at(-1).weight) sentences.push(`But: ${describe(against)}.`);
  return sentences.join(" ");
}

async function waitFor(ask, button) {
  Object.assign(button, { disabled: true, textContent: "Working it out …" });
  await ask();
  Object.assign(button, { disabled: false, textContent: ASK }); // the button is still there if that failed
}

/** Split the sentence into plain text and marks around the words that weigh most. */
function markWords(text, contributions) {
  const words = contributions.filter(({ start }) => start !== null).sort((a, b) => a.start - b.start);
  const least = NOTABLE * Math.max(0, ...words.map(({ weight }) => Math.abs(weight)));
  const units = convertToUnits(text, words.flatMap((word) => [word.start, word.start + countCodePoints(word.text)]));
  const parts = [];
  let before = 0;
  words.forEach(({ weight }, i) => {
    if (Math.abs(weight) < least || weight === 0) return;
    const [start, end] = [units[2 * i], units[2 * i + 1]];
    parts.push(text.slice(before, start), makeElement("mark", { className: weight > 0 ? "for" : "against" }, text.slice(start, end)));
    before = end;
  });
  return [...parts, text.slice(before)];
}

function makeSide(title, contributions, strongest, name) {
  const shown = contributions.slice(0, STRONGEST);
  const others = contributions.slice(STRONGEST);
  const rows = shown.map((contribution) => {
    const bar = makeElement("span", { className: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", Math.abs(contribution.weight) / strongest);
    return makeElement("li", {}, makeElement("span", {}, describe(contribution)), bar, makeElement("span", { className: "number" }, formatWeight(contribution.weight)));
  });
  if (others.length) {
    const rest = others.reduce((sum, { weight }) => sum + weight, 0);
    rows.push(makeElement("li", { className: "quiet" }, makeElement("span", {}, `${formatCount(others.length, "weaker one")} together`), makeElement("span"), makeElement("span", { className: "number" }, formatWeight(rest))));
  }
  if (!rows.length) rows.push(makeElement("li", { className: "quiet" }, "nothing"));
  return [makeElement("h5", {}, title), makeElement("ul", { className: `weights ${name}` }, ...rows)];
}

/** Say what weighs: a feature's meaning, or the word itself. */
const describe = ({ text, meaning }) => meaning || `the word “${text.replace(/^[“”"‘’'(]+|[“”"‘’'),.;:]+$/g, "") || text}”`;

const formatWeight = (weight) => `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(2)}`;
