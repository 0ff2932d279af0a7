// Keys that work wherever the focus is, but not while something is typed; and the list of them.

import { byId, makeElement } from "./dom.js";

const SWITCH = "stancewire-keys";
const TYPED = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export class Keys {
  /**
   * Listen. `groups` are {title, keys}; of keys, {shown: "T", does: "…", acts: {t: act}}, without `acts` where another
   * part of the page listens for them. An act returns false where it has nothing to do.
   */
  constructor(dialog, groups) {
    this.dialog = dialog;
    this.acts = Object.assign({ "?": () => this.show() }, ...groups.flatMap(({ keys }) => keys.map(({ acts }) => acts)));
    const on = makeElement("input", { type: "checkbox", id: "keys-on", checked: sessionStorage.getItem(SWITCH) !== "off", onchange: () => sessionStorage.setItem(SWITCH, on.checked ? "on" : "off") });
    this.on = on;
    dialog.append(
      makeElement("div", { className: "row between" }, makeElement("h2", { id: "keys-title" }, "Keys"), makeElement("button", { type: "button", className: "plain", "aria-label": "Close", onclick: () => dialog.close() }, "✕")),
      makeElement("div", { className: "key-groups" }, ...groups.map(makeGroup)),
      makeElement("label", { className: "row" }, on, "Use the keys that are a single character"),
    );
    byId("keys-help").addEventListener("click", () => this.show());
    document.addEventListener("keydown", (event) => this.#handle(event));
  }

  show() {
    this.dialog.showModal();
  }

  #handle(event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.matches?.(TYPED) || this.dialog.open) return;
    if (event.key.length === 1 && !this.on.checked) return;
    const act = this.acts[event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key];
    if (act && act() !== false) event.preventDefault();
  }
}

function makeGroup({ title, keys }) {
  const rows = keys.flatMap(({ shown, does }) => [makeElement("dt", {}, ...shown.split(" ").map((key) => makeElement("kbd", {}, key))), makeElement("dd", {}, does)]);
  return makeElement("section", {}, makeElement("h3", {}, title), makeElement("dl", {}, ...rows));
}
