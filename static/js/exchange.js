// How the exchange stands: asked for anew while one runs, so that nobody has to.

import { put, send } from "./desk-send.js";

const EVERY = 2000; // ms

async function look() {
  const answer = await send(location.pathname);
  if (!answer.isLost) {
    for (const place of document.querySelectorAll("[data-fragment]")) {
      const fragment = answer.isOk && answer.fragment(place.dataset.fragment);
      if (!fragment) return location.assign(location.pathname); // closed or logged out: the page says so
      if (fragment.textContent !== place.textContent) put(place, fragment);
      place.toggleAttribute("data-is-running", fragment.hasAttribute("data-is-running"));
    }
    if (!document.querySelector("[data-is-running]")) return;
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
