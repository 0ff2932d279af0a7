// What is right of a sentence, where the model is wrong: a label, page furniture, the speaker, a role, a note.

import { makeElement, makeIcon } from "./dom.js";

const ROLES = ["official", "analyst", "media", "private", "unknown"];
const WRITER = "The writer";

/**
 * Return a form for a correction. `sentence` is what the model says; `labels` have titles; `names` are the article's
 * speakers; `send(change)` keeps what is said of the sentence, at once for a label or for furniture.
 */
export function makeCorrectionForm({ sentence, labels, names, send }) {
  const note = makeElement("input", { type: "text", maxLength: 2000, "data-note": "" });
  const withNote = (change) => send(note.value.trim() ? { ...change, note: note.value.trim() } : change);
  const choices = Object.entries(labels).map(([label, { title }], i) => {
    const button = makeElement("button", { type: "button", className: "chip", "data-correct": label, onclick: () => withNote({ label }) }, makeElement("kbd", {}, String(i + 1)), makeIcon(label), title);
    button.dataset.label = label;
    return button;
  });
  const furniture = makeElement("button", { type: "button", className: "chip", "data-correct": "furniture", onclick: () => withNote({ boilerplate: true }) }, makeElement("kbd", {}, "F"), "Page furniture");
  return makeElement(
    "form",
    { className: "correction", onsubmit: (event) => event.preventDefault() },
    makeElement("div", { className: "choices", role: "group", "aria-label": "The right label; it is sent at once" }, ...choices, furniture),
    ...makeSpeakerFields(sentence, names, withNote),
    makeElement("label", {}, "Note, sent along ", note),
  );
}

function makeSpeakerFields({ speaker, boilerplate }, names, send) {
  const list = makeElement("datalist", { id: "speaker-names" }, ...[WRITER, ...names].map((name) => makeElement("option", { value: name })));
  const name = makeElement("input", { type: "text", maxLength: 256, value: speaker?.name ?? WRITER, "data-speaker": "" });
  name.setAttribute("list", list.id);
  const role = makeElement("select", {}, ...ROLES.map((value) => makeElement("option", { value, selected: value === (speaker?.role ?? "unknown") }, value)));
  const submit = () => {
    const given = name.value.trim();
    const change = !given || given === WRITER ? { speaker: null } : { speaker: given, role: role.value };
    send(boilerplate ? { ...change, boilerplate: false } : change);
  };
  return [
    makeElement("div", { className: "row" }, makeElement("label", {}, "Speaker ", name), list, makeElement("label", {}, "Role ", role), makeElement("button", { type: "button", onclick: submit }, "Send the speaker")),
  ];
}

/** Say in words what a correction says. */
export function describeCorrection(correction, labels) {
  if (correction.boilerplate) return "page furniture";
  const said = [];
  if (correction.label) said.push(labels[correction.label].title);
  if ("speaker" in correction) said.push(correction.speaker === null ? "the writer speaks" : `${correction.speaker} speaks`);
  if (correction.role) said.push(`as ${correction.role}`);
  if (correction.boilerplate === false && !said.length) said.push("no page furniture");
  return said.join(", ");
}

/** Press the button for a label by its number from 1, or for furniture, in the form within `root`; false without one. */
export function pressChoice(root, choice) {
  const button = root.querySelectorAll("[data-correct]")[choice];
  button?.click();
  return Boolean(button);
}
