// Sends requests to the service, and turns errors into messages that say what to do.

/** An error to show: a title, what to do, and whether and after how many seconds the request may be sent again. */
export class Problem extends Error {
  constructor(title, advice, { status = 0, retryable = false, seconds = null, reference = null, foreign = false } = {}) {
    super(advice);
    Object.assign(this, { title, advice, status, retryable, seconds, reference, foreign });
  }
}

const TITLES = {
  400: "The text could not be read",
  401: "An API key is needed",
  403: "Your key may not do this",
  404: "It is not there any more",
  409: "The text is read differently by now",
  413: "The text is too large",
  422: "The text cannot be labelled as it is",
  429: "Too many requests",
  500: "The service failed",
  503: "The service is not ready or has too much to do",
};
const FOREIGN = '"language": "any"'; // in the message about a text that is not English

/** The service, below an address such as "/v1/"; `findKey` returns the API key, or "". */
export class Service {
  constructor(address, findKey) {
    this.address = address;
    this.findKey = findKey;
  }

  /** Classify what `body` holds. Throws a Problem, or an AbortError if the signal stops it; likewise all below. */
  classify(body, signal) {
    return this.#send("POST", "classify", { body, signal });
  }

  /** Keep a correction and return it as it is kept. */
  correct(body) {
    return this.#send("POST", "corrections", { body });
  }

  /** Delete a correction. */
  undo(id) {
    return this.#send("DELETE", `corrections/${id}`);
  }

  /** Return the corrections of a document. */
  listCorrections(document) {
    return this.#send("GET", `corrections?limit=200&document=${document}`);
  }

  /** Return a page of the documents that need a look. */
  listQueue(cursor) {
    return this.#send("GET", `queue?limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
  }

  /** Take a document off the queue. */
  dismiss(id) {
    return this.#send("DELETE", `queue/${id}`);
  }

  async #send(method, path, { body, signal } = {}) {
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (this.findKey()) headers.Authorization = `Bearer ${this.findKey()}`;
    let response;
    try {
      response = await fetch(`${this.address}${path}`, { method, headers, body: body && JSON.stringify(body), signal });
      if (response.ok) return await response.json();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem(
        "The service did not answer",
        "Check that it is running and that you are connected, then try again. What you typed is still here.",
        { retryable: true },
      );
    }
    throw await readProblem(response);
  }
}

async function readProblem(response) {
  const body = await response.json().catch(() => ({}));
  const seconds = Number(response.headers.get("Retry-After"));
  return new Problem(TITLES[response.status] ?? `The service answered ${response.status}`, writeAdvice(response.status, body), {
    status: response.status,
    retryable: response.status === 429 || response.status >= 500,
    seconds: seconds > 0 ? Math.ceil(seconds) : null,
    reference: response.status >= 500 ? body.request_id : null,
    foreign: isForeign(body),
  });
}

const isForeign = ({ errors = [] }) => errors.some(({ detail }) => detail.includes(FOREIGN));

/** Return what is wrong with one document of several, from the error that the answer has in its place. */
export function describeFault(error) {
  return { message: writeAdvice(error.status, error), foreign: isForeign(error) };
}

function writeAdvice(status, body) {
  if (status === 401) return "Enter a key that the operator of this service gave you, then try again.";
  if (status === 403) return "Ask the operator of this service for a key with the scope “correct”.";
  if (status === 429) return "You have sent as many texts as this service takes for now. Wait, then try again.";
  if (status === 413) return "Shorten it, or split it into several texts.";
  if (status === 500) return "Try again; if it fails again, tell the operator the reference below.";
  const faults = (body.errors ?? []).map(({ detail }) => `The text ${detail.split("; to get them all the same")[0]}.`);
  return faults.join(" ") || body.detail || "Try again later.";
}
