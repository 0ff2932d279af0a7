// Sends requests to the service, and turns errors into messages that say what to do.

/** An error to show: a title, what to do, and whether and after how many seconds the request may be sent again. */
export class Problem extends Error {
  constructor(title, advice, { status = 0, retryable = false, seconds = null, reference = null } = {}) {
    super(advice);
    Object.assign(this, { title, advice, status, retryable, seconds, reference });
  }
}

const TITLES = {
  400: "The text could not be read",
  401: "An API key is needed",
  413: "The text is too large",
  422: "The text cannot be labelled as it is",
  429: "Too many requests",
  500: "The service failed",
  503: "The service is not ready or has too much to do",
};

/** Classify one text and return the service's answer. Throws a Problem, or an AbortError if the signal stops it. */
export async function classify(address, text, { explain, key, signal }) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (key) headers.Authorization = `Bearer ${key}`;
  let response;
  try {
    response = await fetch(address, { method: "POST", headers, body: JSON.stringify({ text, explain }), signal });
    if (response.ok) return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(
      "The service did not answer",
      "Check that it is running and that you are connected, then try again. Your text is still here.",
      { retryable: true },
    );
  }
  throw await readProblem(response);
}

async function readProblem(response) {
  const body = await response.json().catch(() => ({}));
  const seconds = Number(response.headers.get("Retry-After"));
  return new Problem(TITLES[response.status] ?? `The service answered ${response.status}`, writeAdvice(response.status, body), {
    status: response.status,
    retryable: response.status === 429 || response.status >= 500,
    seconds: seconds > 0 ? Math.ceil(seconds) : null,
    reference: response.status >= 500 ? body.request_id : null,
  });
}

function writeAdvice(status, body) {
  if (status === 401) return "Enter a key that the operator of this service gave you, then try again.";
  if (status === 429) return "You have sent as many texts as this service takes for now. Wait, then try again.";
  if (status === 413) return "Shorten it, or split it into several texts.";
  if (status === 500) return "Try again; if it fails again, tell the operator the reference below.";
  const faults = (body.errors ?? []).map((fault) => `The text ${fault.detail}.`);
  return faults.join(" ") || body.detail || "Try again later.";
}
