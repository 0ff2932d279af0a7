// The form: the article, files, the examples and the key; and the messages while the service works and when it fails.

import { byId, formatCount, makeElement } from "./dom.js";
import { countCodePoints } from "./offsets.js";
import { Problem } from "./api.js";
import { readField } from "./files.js";

const KEY = "stancewire-key";

export class Form {
  #timer = null;

  #again = null; // what to do where a reader tries again

  /** Call `submit(text)` when the reader sends a text, `take(files)` for files, and `stop()` when they stop it. */
  constructor({ submit, take, stop }) {
    this.form = byId("form");
    this.text = byId("text");
    this.key = byId("key"); // null unless the service asks for keys
    this.limit = Number(this.form.dataset.limit);
    this.submit = submit;
    if (this.key) this.key.value = sessionStorage.getItem(KEY) ?? "";
    this.text.addEventListener("input", () => {
      this.#showLength();
      this.showProblem(null);
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#checkAndSubmit();
    });
    byId("stop").addEventListener("click", stop);
    byId("files").addEventListener("change", ({ target }) => {
      take([...target.files]);
      target.value = ""; // so that the same file can be chosen again
    });
    byId("choose-files").addEventListener("click", () => byId("files").click());
    for (const button of document.querySelectorAll("[data-example]"))
      button.addEventListener("click", () => this.#loadExample(button.dataset.example));
    this.#showLength();
  }

  /** Return the key that was typed in, if any, and remember it for this tab. */
  takeKey() {
    if (!this.key) return "";
    sessionStorage.setItem(KEY, this.key.value.trim());
    return this.key.value.trim();
  }

  /** Show what the service works on, or nothing for ""; meanwhile, nothing else can be sent. */
  setWorking(work) {
    byId("working").hidden = byId("stop").hidden = !work;
    byId("work").textContent = work;
    for (const button of this.form.querySelectorAll("[type=submit], [data-example], #choose-files")) button.disabled = Boolean(work);
  }

  /** Empty the text field, for another article. */
  clear() {
    this.text.value = "";
    this.#showLength();
  }

  /** Fold the article away, or open it again. */
  fold(folded) {
    byId("source").open = !folded;
  }

  /**
   * Show a Problem; null removes the one that is shown. `again` is called where a reader tries again, with what the
   * document's options shall be then.
   */
  showProblem(problem, again = () => this.form.requestSubmit()) {
    this.#again = again;
    clearInterval(this.#timer);
    const box = byId("problem");
    byId("retry")?.remove();
    box.hidden = !problem;
    box.replaceChildren();
    if (!problem) return;
    box.append(makeElement("strong", {}, problem.title), makeElement("p", {}, this.#chooseAdvice(problem)));
    if (problem.reference) box.append(makeElement("p", {}, "Reference: ", makeElement("code", {}, problem.reference)));
    if (problem.foreign) box.append(makeElement("button", { type: "button", onclick: () => this.#again({ language: "any" }) }, "Label it all the same"));
    if (problem.retryable) box.after(this.#makeRetryButton(problem.seconds ?? 0));
    if (problem.status === 401) this.key?.focus();
    box.scrollIntoView({ block: "nearest" });
  }

  #chooseAdvice(problem) {
    if (problem.status === 401 && !this.key) return "This service asks for a key now. Reload this page, then enter your key.";
    return problem.advice;
  }

  #makeRetryButton(seconds) {
    const button = makeElement("button", { type: "button", id: "retry", onclick: () => this.#again() });
    const tick = () => {
      button.disabled = seconds > 0;
      button.textContent = seconds > 0 ? `Try again in ${seconds} s` : "Try again";
      if (seconds-- <= 0) clearInterval(this.#timer);
    };
    tick();
    this.#timer = setInterval(tick, 1000);
    return button;
  }

  #showLength() {
    const length = countCodePoints(this.text.value);
    const over = length > this.limit;
    byId("size").textContent = `${formatCount(length, "character")}${length > this.limit / 2 ? ` of ${this.limit.toLocaleString("en")}` : ""}`;
    byId("size").classList.toggle("over", over);
    this.text.setAttribute("aria-invalid", String(over));
    return length;
  }

  #checkAndSubmit() {
    const length = this.#showLength();
    if (!this.text.value.trim()) {
      this.showProblem(new Problem("There is no article yet", "Paste one into the field, or pick an example."));
    } else if (length > this.limit && !readField(this.text.value).html) {
      const over = formatCount(length - this.limit, "character");
      this.showProblem(new Problem("The article is too long", `It is ${over} over the limit of ${this.limit.toLocaleString("en")}. Shorten it, or split it into several articles.`));
    } else {
      this.submit(this.text.value);
      return;
    }
    this.text.focus();
  }

  async #loadExample(address) {
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error(String(response.status));
      this.text.value = await response.text();
    } catch {
      this.showProblem(new Problem("The example could not be loaded", "Check that the service is running, then try again."));
      return;
    }
    this.#showLength();
    this.form.requestSubmit();
  }
}
