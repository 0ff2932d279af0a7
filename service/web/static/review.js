// The review: goes through the sentences of which the model is least sure, one at a time.

import { describeCorrection, makeCorrectionForm, pressChoice } from "./correction.js";
import { byId, formatPercent, makeElement } from "./dom.js";
import { splitAt } from "./offsets.js";

const CONTEXT = 400; // characters shown on either side of a sentence

export class Review {
  #documents = [];
  #place = [0, 0]; // of the document, and of the doubt in it
  #cursor = null;
  #last = null; // the correction that was sent last, with its document and its doubt
  #busy = false;

  /** Fill `root`. `on` has what it calls: close(), announce(message) and fail(problem). */
  constructor(root, service, labels, on) {
    Object.assign(this, { root, service, labels, on });
  }

  get isOpen() {
    return !this.root.hidden;
  }

  async open() {
    this.root.hidden = false;
    this.root.replaceChildren(makeElement("p", { className: "working" }, makeElement("span", { className: "spinner", "aria-hidden": "true" }), " Looking for what needs a look …"));
    [this.#documents, this.#cursor, this.#last] = [[], null, null];
    await this.#run(async () => {
      await this.#load();
      await this.#showOrLoad();
    });
  }

  close() {
    this.root.hidden = true;
    this.on.close();
  }

  /** Press the button for a label by its number, or for furniture. */
  choose(choice) {
    return pressChoice(this.root, choice);
  }

  /** Go to the sentence after or before; past the last, more are asked for. */
  step(direction) {
    return this.#run(() => this.#advance(direction));
  }

  /** Take the document off the queue: there is nothing to correct in it, or no more. */
  dismiss() {
    const document = this.#documents[this.#place[0]];
    if (!document) return;
    this.#run(async () => {
      await this.service.dismiss(document.id).catch(ignoreMissing);
      this.#documents.splice(this.#place[0], 1);
      this.#place = [this.#place[0], 0];
      this.on.announce("The document is off the queue.");
      await this.#showOrLoad();
    });
  }

  /** Take back the correction that was sent last, and show its sentence again. */
  undo() {
    if (!this.#last) return false;
    this.#run(async () => {
      const { correction, document, doubt } = this.#last;
      await this.service.undo(correction.id);
      this.#last = null;
      this.on.announce("The correction is taken back.");
      if (this.#documents.includes(document)) this.#place = [this.#documents.indexOf(document), document.doubts.indexOf(doubt)];
      await this.#showOrLoad();
    });
  }

  async #advance(direction) {
    const [document, doubt] = this.#place;
    const next = [document, doubt + direction];
    if (!this.#documents[document]?.doubts[next[1]]) {
      next[0] = document + direction;
      next[1] = direction > 0 ? 0 : (this.#documents[next[0]]?.doubts.length ?? 1) - 1;
    }
    if (direction < 0 && !this.#documents[next[0]]) return;
    this.#place = next;
    await this.#showOrLoad();
  }

  async #showOrLoad() {
    if (!this.#documents[this.#place[0]] && this.#cursor) await this.#load();
    if (this.#documents[this.#place[0]]) this.#show();
    else this.#showEnd();
  }

  async #load() {
    const { documents, next } = await this.service.listQueue(this.#cursor);
    [this.#documents, this.#cursor, this.#place] = [documents, next, [0, 0]];
  }

  async #send(change) {
    const { document, doubt } = this.#current;
    await this.#run(async () => {
      const content = document.text === undefined ? { sentences: document.sentences } : { text: document.text };
      const correction = await this.service.correct({ ...content, sentence: doubt.sentence, ...change });
      this.#last = { correction, document, doubt };
      this.on.announce(`Corrected: ${describeCorrection(correction, this.labels)}.`);
      await this.#advance(1);
    });
  }

  /** Do something with the service, one thing at a time; a problem is shown. */
  async #run(act) {
    if (this.#busy) return;
    this.#busy = true;
    this.on.fail(null);
    try {
      await act();
    } catch (error) {
      if (!error.advice) throw error;
      this.on.fail(error);
      if (!this.#documents.length) this.#showEnd();
    } finally {
      this.#busy = false;
    }
  }

  get #current() {
    const document = this.#documents[this.#place[0]];
    return { document, doubt: document.doubts[this.#place[1]] };
  }

  #show() {
    const { document, doubt } = this.#current;
    const { said } = doubt;
    const place = `Document ${this.#place[0] + 1} of ${this.#documents.length}${this.#cursor ? " and more" : ""}, sentence ${this.#place[1] + 1} of ${document.doubts.length} in doubt`;
    const form = makeCorrectionForm({ sentence: said, labels: this.labels, names: listNames(document), send: (change) => this.#send(change) });
    this.root.replaceChildren(
      this.#makeHead(place),
      makeElement("p", { className: "passage" }, ...this.#makePassage(document, doubt)),
      this.#makeSaid(said),
      form,
      this.#makeButtons(said),
      ...(this.#last ? [this.#makeLast()] : []),
    );
    byId("review-title").focus();
  }

  #showEnd() {
    this.root.replaceChildren(
      this.#makeHead("Nothing more needs a look. Texts that are labelled here come in when the model is not sure of a sentence."),
      ...(this.#last ? [this.#makeLast()] : []),
    );
    byId("review-title").focus();
  }

  #makeHead(place) {
    const close = makeElement("button", { type: "button", className: "plain", onclick: () => this.close() }, "Back to the articles");
    const title = makeElement("h2", { id: "review-title", tabIndex: -1 }, "Review");
    return makeElement("div", {}, makeElement("div", { className: "row between" }, title, close), makeElement("p", { className: "quiet" }, place));
  }

  #makePassage(document, doubt) {
    const sentence = makeElement("mark", { className: "doubted" }, doubt.text);
    sentence.dataset.label = doubt.said.label;
    if (document.text === undefined) {
      const { sentences } = document;
      return [`${sentences[doubt.sentence - 1] ?? ""} `, sentence, ` ${sentences[doubt.sentence + 1] ?? ""}`];
    }
    const [before, , after] = splitAt(document.text, doubt.start, doubt.end);
    return [before.length > CONTEXT ? `… ${before.slice(-CONTEXT)}` : before, sentence, after.length > CONTEXT ? `${after.slice(0, CONTEXT)} …` : after];
  }

  #makeSaid({ probabilities, speaker, reader }) {
    const shares = Object.entries(probabilities).sort(([, a], [, b]) => b - a);
    const said = shares.map(([label, share]) => `${this.labels[label].title} ${formatPercent(share)}`).join(", ");
    return makeElement("p", { className: "quiet" }, `The ${reader} reader: ${said}. Speaker: ${speaker?.name ?? "the writer"}.`);
  }

  #makeButtons({ label }) {
    const button = (text, key, onclick) => makeElement("button", { type: "button", onclick }, text, " ", makeElement("kbd", {}, key));
    return makeElement(
      "div",
      { className: "row" },
      button(`Right: ${this.labels[label].title}`, "Y", () => this.#send({ label })),
      button("Skip", "J", () => this.step(1)),
      button("Back", "K", () => this.step(-1)),
      button("Nothing to correct in this document", "D", () => this.dismiss()),
    );
  }

  /** Say that the model is right. */
  confirm() {
    if (!this.#documents[this.#place[0]]) return false;
    this.#send({ label: this.#current.doubt.said.label });
  }

  #makeLast() {
    const undo = makeElement("button", { type: "button", onclick: () => this.undo() }, "Undo ", makeElement("kbd", {}, "U"));
    const { correction } = this.#last;
    return makeElement("p", { className: "row corrected" }, `✎ Corrected: ${describeCorrection(correction, this.labels)}. “${correction.text.slice(0, 80)}”`, undo);
  }
}

const listNames = ({ doubts }) => [...new Set(doubts.flatMap(({ said }) => (said.speaker ? [said.speaker.name] : [])))];

function ignoreMissing(error) {
  if (error.status !== 404) throw error;
}
