// Sends a form and takes pieces of page from the answer.

const FAILED = "サーバーに届きませんでした。入力は残っています。もう一度お試しください。続くときは紙で受け付けてください。";

// Parsing through XMLHttpRequest makes a document without any of the sinks that
// Trusted Types forbid; its scripts never run.
export function send(url, data) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(data ? "POST" : "GET", url);
    request.responseType = "document";
    request.setRequestHeader("X-Fragment", "1");
    request.setRequestHeader("Accept", "text/html");
    request.addEventListener("load", () => resolve(answerOf(request)));
    request.addEventListener("error", () => resolve({ isLost: true }));
    request.addEventListener("timeout", () => resolve({ isLost: true }));
    request.timeout = 30_000;
    request.send(data ? new URLSearchParams(data) : null);
  });
}

function answerOf(request) {
  const page = request.response;
  return {
    status: request.status,
    isOk: request.status >= 200 && request.status < 300,
    isLost: false,
    isForeign: !page?.querySelector("[data-fragment]"),
    fragment: (name) => page?.querySelector(`[data-fragment="${name}"]`) ?? null,
  };
}

// Puts the children of a fragment into a place of this page.
export function put(place, fragment) {
  const nodes = fragment ? [...fragment.childNodes].map((node) => document.importNode(node, true)) : [];
  place.replaceChildren(...nodes);
}

export function sayFailure(place) {
  const banner = document.createElement("div");
  banner.className = "banner is-error";
  banner.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = FAILED;
  banner.append(words);
  place.replaceChildren(banner);
}

// The answer is another page (login, error): go there the plain way, so that nothing typed is lost.
export function sendPlainly(form) {
  form.dataset.submitted = "1";
  HTMLFormElement.prototype.submit.call(form);
}

export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}
