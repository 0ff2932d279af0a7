// Why a sentence has its label: its words shaded by what they add, then what spoke for and against it.

import { counted, element } from "./dom.js";
import { codePoints, toUnits } from "./offsets.js";

const STRONGEST = 7; // on either side; the others are summed up
const NOTABLE = 0.2; // words with this share of the strongest word's weight are marked in the sentence
const ASK = "Show the words that decided";
const FIELDS = {
  cue: "word of speech",
  descriptor: "speaker",
  flags: "form",
  context: "around it",
  neighbours: "nearby",
};

/** Return the elements; without an explanation, a button that asks for one by calling `ask`. */
export function whyParts({ text, explanation }, title, ask) {
  if (!explanation) {
    return [
      element("p", { className: "quiet" }, "In a long article this is worked out only when asked for."),
      element("button", { type: "button", onclick: (event) => wait(event.target, ask) }, ASK),
    ];
  }
  const { contributions } = explanation;
  const strongest = Math.max(...contributions.map(({ weight }) => Math.abs(weight)));
  return [
    element("p", { className: "marked" }, ...marked(text, contributions)),
    ...side(`For “${title}”`, contributions.filter(({ weight }) => weight > 0), strongest, "for"),
    ...side("Against it", contributions.filter(({ weight }) => weight < 0), strongest, "against"),
  ];
}

async function wait(button, ask) {
  Object.assign(button, { disabled: true, textContent: "Working it out …" });
  await ask();
  Object.assign(button, { disabled: false, textContent: ASK }); // still there where it failed
}

/** Cut the sentence into plain text and marks around the words that weigh most. */
function marked(text, contributions) {
  const words = contributions.filter(({ start }) => start !== null).sort((a, b) => a.start - b.start);
  const least = NOTABLE * Math.max(0, ...words.map(({ weight }) => Math.abs(weight)));
  const units = toUnits(text, words.flatMap((word) => [word.start, word.start + codePoints(word.text)]));
  const parts = [];
  let before = 0;
  words.forEach(({ weight }, i) => {
    if (Math.abs(weight) < least || weight === 0) return;
    const [start, end] = [units[2 * i], units[2 * i + 1]];
    parts.push(text.slice(before, start), element("mark", { className: weight > 0 ? "for" : "against" }, text.slice(start, end)));
    before = end;
  });
  return [...parts, text.slice(before)];
}

function side(title, contributions, strongest, name) {
  const shown = contributions.slice(0, STRONGEST);
  const others = contributions.slice(STRONGEST);
  const rows = shown.map((contribution) => {
    const bar = element("span", { className: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", Math.abs(contribution.weight) / strongest);
    return element("li", {}, element("span", {}, ...worded(contribution)), bar, element("span", { className: "number" }, signed(contribution.weight)));
  });
  if (others.length) {
    const rest = others.reduce((sum, { weight }) => sum + weight, 0);
    rows.push(element("li", { className: "quiet" }, element("span", {}, `${counted(others.length, "weaker one")} together`), element("span"), element("span", { className: "number" }, signed(rest))));
  }
  if (!rows.length) rows.push(element("li", { className: "quiet" }, "nothing"));
  return [element("h5", {}, title), element("ul", { className: `weights ${name}` }, ...rows)];
}

function worded({ field, text }) {
  if (field === "word") return [element("span", { className: "word" }, text)];
  const plain = text.replaceAll(":", " ").replaceAll("_", " ");
  return [element("span", { className: "quiet" }, `${FIELDS[field] ?? field}: `), plain];
}

const signed = (weight) => `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(2)}`;
