// What is put in: the article, an example, the key; and what is told while it is worked on or where it fails.

import { byId, counted, element } from "./dom.js";
import { codePoints } from "./offsets.js";
import { Problem } from "./api.js";

const KEY = "stancewire-key";

export class Form {
  #timer = null;

  /** `submit(text)` and `stop()` are called as the reader acts. */
  constructor({ submit, stop }) {
    this.form = byId("form");
    this.text = byId("text");
    this.key = byId("key"); // only where the service asks for keys
    this.limit = Number(this.form.dataset.limit);
    this.submit = submit;
    if (this.key) this.key.value = sessionStorage.getItem(KEY) ?? "";
    this.text.addEventListener("input", () => this.#count());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check();
    });
    byId("stop").addEventListener("click", stop);
    byId("source").addEventListener("toggle", () => this.#name());
    for (const button of document.querySelectorAll("[data-example]"))
      button.addEventListener("click", () => this.#example(button.dataset.example));
    this.#count();
  }

  /** Return the key that was typed in, if any, and remember it for this tab. */
  takeKey() {
    if (!this.key) return "";
    sessionStorage.setItem(KEY, this.key.value.trim());
    return this.key.value.trim();
  }

  working(is) {
    byId("working").hidden = byId("stop").hidden = !is;
    for (const button of this.form.querySelectorAll("[type=submit], [data-example]")) button.disabled = is;
  }

  /** Fold the article away once there is a result, or open it again. */
  fold(folded) {
    byId("source").open = !folded;
  }

  /** Show what went wrong and what to do, or nothing. */
  tell(problem) {
    clearInterval(this.#timer);
    const box = byId("problem");
    byId("retry")?.remove();
    box.hidden = !problem;
    box.replaceChildren();
    if (!problem) return;
    box.append(element("strong", {}, problem.title), element("p", {}, this.#advice(problem)));
    if (problem.reference) box.append(element("p", {}, "Reference: ", element("code", {}, problem.reference)));
    if (problem.again) box.after(this.#retry(problem.seconds ?? 0));
    if (problem.status === 401) this.key?.focus();
    box.scrollIntoView({ block: "nearest" });
  }

  #advice(problem) {
    if (problem.status === 401 && !this.key) return "This service asks for a key now. Reload this page, then enter your key.";
    return problem.advice;
  }

  #retry(seconds) {
    const button = element("button", { type: "button", id: "retry", onclick: () => this.form.requestSubmit() });
    const tick = () => {
      button.disabled = seconds > 0;
      button.textContent = seconds > 0 ? `Try again in ${seconds} s` : "Try again";
      if (seconds-- <= 0) clearInterval(this.#timer);
    };
    tick();
    this.#timer = setInterval(tick, 1000);
    return button;
  }

  /** Where the article is folded away, show its beginning. */
  #name() {
    const start = this.text.value.trim().slice(0, 90).replace(/[\ud800-\udbff]$/, "");
    byId("source-start").textContent = byId("source").open ? "" : `${start} … (open to change)`;
  }

  #count() {
    const length = codePoints(this.text.value);
    const over = length > this.limit;
    byId("size").textContent = `${counted(length, "character")}${length > this.limit / 2 ? ` of ${this.limit.toLocaleString("en")}` : ""}`;
    byId("size").classList.toggle("over", over);
    this.text.setAttribute("aria-invalid", String(over));
    return length;
  }

  #check() {
    const length = this.#count();
    if (!this.text.value.trim()) {
      this.tell(new Problem("There is no article yet", "Paste one into the field, or pick an example."));
    } else if (length > this.limit) {
      const over = counted(length - this.limit, "character");
      this.tell(new Problem("The article is too long", `It is ${over} over the limit of ${this.limit.toLocaleString("en")}. Shorten it, or label it with the command: stance score`));
    } else {
      this.submit(this.text.value);
      return;
    }
    this.text.focus();
  }

  async #example(address) {
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error(String(response.status));
      this.text.value = await response.text();
    } catch {
      this.tell(new Problem("The example could not be loaded", "Check that the service is running, then try again."));
      return;
    }
    this.#count();
    this.form.requestSubmit();
  }
}
