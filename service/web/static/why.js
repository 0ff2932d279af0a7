// Why a sentence has its label: in words, then the sentence with the words that weigh most, then what is for and against.

import { formatCount, formatPercent, makeElement } from "./dom.js";
import { convertToUnits, countCodePoints } from "./offsets.js";

const STRONGEST = 7; // shown on either side; the others are added up
const NOTABLE = 0.2; // words with this share of the strongest word's weight are marked in the sentence
const FELT = 0.005; // a change of the careful reader that is not zero once it is rounded
const NAMED = 3; // reasons that are put into words above the lists
const APPROXIMATE = "The careful reader read the sentence again with each word left out. A figure says how much surer it is of the label with the word than without. This is an approximation: the figures add up to nothing.";
const EXACT = "The fast reader adds up weights. These are its exact shares: together they make its answer.";

/**
 * Return elements that explain a sentence's label; without an explanation, that it is being worked out or, after a
 * problem, what to do and a button that calls `again`.
 */
export function makeExplanation({ text, label, explanation }, labels, problem, again) {
  if (problem) {
    return [makeElement("p", { className: "doubt" }, `${problem.title}. ${problem.advice}`), makeElement("button", { type: "button", onclick: again }, "Try again")];
  }
  if (!explanation) return [makeElement("p", { className: "working" }, makeElement("span", { className: "spinner", "aria-hidden": "true" }), " Working out what decided …")];
  const { contributions, approximate, readers } = explanation;
  const { title } = labels[label];
  const exact = makeExact(text, contributions, title);
  if (!readers.careful) return exact;
  const moving = approximate.filter(({ weight }) => Math.abs(weight) >= FELT).sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const summary = moving.length ? summarize(...splitSides(moving)) : "No single word decides: without any one of them, the careful reader says the same.";
  return [
    makeElement("p", { className: "reasons" }, summary),
    makeReaders(readers, labels),
    makeElement("h5", {}, "What moved the careful reader, about"),
    makeElement("p", { className: "quiet" }, APPROXIMATE),
    makeElement("p", { className: "moved" }, ...markWords(text, moving)),
    makeWeights(moving, "moving", "≈ "),
    makeElement("details", {}, makeElement("summary", {}, "What the fast reader weighed, exactly"), makeElement("p", { className: "quiet" }, EXACT), ...exact),
  ];
}

const splitSides = (contributions) => [contributions.filter(({ weight }) => weight > 0), contributions.filter(({ weight }) => weight < 0)];

function makeExact(text, contributions, title) {
  const [reasons, doubts] = splitSides(contributions);
  return [
    makeElement("p", { className: "reasons" }, summarize(reasons, doubts)),
    makeElement("p", { className: "marked" }, ...markWords(text, contributions)),
    makeElement("h5", {}, `For “${title}”`),
    makeWeights(reasons, "for", "", contributions),
    makeElement("h5", {}, "Against it"),
    makeWeights(doubts, "against", "", contributions),
  ];
}

/** Return the probabilities of both readers side by side. */
function makeReaders({ fast, careful }, labels) {
  const rows = Object.entries(labels).map(([label, { title }]) =>
    makeElement("tr", {}, makeElement("th", { scope: "row" }, title), makeElement("td", {}, formatPercent(fast[label])), makeElement("td", {}, formatPercent(careful[label]))),
  );
  const head = makeElement("tr", {}, ...["Label", "Fast", "Careful"].map((name) => makeElement("th", { scope: "col" }, name)));
  return makeElement("table", { className: "readers" }, makeElement("caption", {}, "What each reader says by itself"), makeElement("thead", {}, head), makeElement("tbody", {}, ...rows));
}

/** Put the strongest reasons into words, with what is most against the label where that weighs as much as one of them. */
function summarize(reasons, doubts) {
  const [most, against] = [reasons.slice(0, NAMED), doubts[0]];
  const sentences = most.length ? [`Mostly because: ${most.map(describe).join("; ")}.`] : ["Nothing in it speaks for this label by itself."];
  if (against && most.length && -against.weight >= most.at(-1).weight) sentences.push(`But: ${describe(against)}.`);
  return sentences.join(" ");
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

/** Return a list of what weighs most; bars are relative to the strongest of `all`. `sign` stands before each weight. */
function makeWeights(contributions, name, sign, all = contributions) {
  const strongest = Math.max(...all.map(({ weight }) => Math.abs(weight)));
  const shown = contributions.slice(0, STRONGEST);
  const others = contributions.slice(STRONGEST);
  const rows = shown.map((contribution) => {
    const bar = makeElement("span", { className: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", Math.abs(contribution.weight) / strongest);
    if (contribution.weight < 0) bar.dataset.against = "";
    return makeElement("li", {}, makeElement("span", {}, describe(contribution)), bar, makeElement("span", { className: "number" }, sign + formatWeight(contribution.weight)));
  });
  if (others.length && !sign) {
    const rest = others.reduce((sum, { weight }) => sum + weight, 0);
    rows.push(makeElement("li", { className: "quiet" }, makeElement("span", {}, `${formatCount(others.length, "weaker one")} together`), makeElement("span"), makeElement("span", { className: "number" }, formatWeight(rest))));
  }
  if (!rows.length) rows.push(makeElement("li", { className: "quiet" }, "nothing"));
  return makeElement("ul", { className: `weights ${name}` }, ...rows);
}

/** Say what weighs: a feature's meaning, or the word itself. */
const describe = ({ text, meaning }) => meaning || `the word “${text.replace(/^[“”"‘’'(]+|[“”"‘’'),.;:]+$/g, "") || text}”`;

const formatWeight = (weight) => `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(2)}`;
