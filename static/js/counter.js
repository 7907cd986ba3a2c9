// The counter: search while typing; the chosen case stands beside the hits, Enter shows its sample.
// Issuing is on another page with another key.

import { listenToComposition } from "./desk-keys.js";
import { Search } from "./desk-search.js";
import { put, sayFailure, send, sendPlainly } from "./desk-send.js";

const DELAY_MS = 150; // so that a case passed by with the arrow keys is not opened

const form = document.querySelector("[data-counter-search]");
const hits = document.querySelector("[data-counter-hits]");
const place = document.querySelector("[data-counter-case]");
let timer = 0;
let wanted = "";

// What is known of the chosen case, without leaving the page.
function show(button) {
  clearTimeout(timer);
  wanted = button?.dataset.case ?? "";
  if (!wanted) put(place, null);
  else timer = setTimeout(() => load(wanted), DELAY_MS);
}

async function load(url) {
  const answer = await send(url);
  if (url !== wanted) return;
  if (answer.isOk) put(place, answer.fragment("case"));
  else sayFailure(place);
}

if (form && hits) {
  listenToComposition(document);
  const search = new Search(form, {
    hits,
    open: (button) => button.form.submit(),
    fail: (answer, sent) => (answer.isForeign ? sendPlainly(sent) : sayFailure(hits)),
    choose: show,
  });
  search.select(0);
}
