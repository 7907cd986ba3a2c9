// The board for those who wait: asked for anew every few seconds, so that nobody has to touch it.

import { put, send } from "./desk-send.js";

const EVERY = 4000; // ms
const place = document.querySelector("[data-queue-board]");

async function look() {
  const answer = await send(location.pathname);
  const fragment = answer.isOk && answer.fragment("queue");
  if (!answer.isLost && !fragment) return location.reload(); // closed or logged out: the page says so
  if (fragment && fragment.textContent !== place.textContent) put(place, fragment);
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
