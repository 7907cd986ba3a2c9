// The counter: search while typing, Enter shows the sample. Issuing is on another page with another key.

import { listenToComposition } from "./desk-keys.js";
import { Search } from "./desk-search.js";
import { sayFailure, sendPlainly } from "./desk-send.js";

const form = document.querySelector("[data-counter-search]");
const hits = document.querySelector("[data-counter-hits]");

if (form && hits) {
  listenToComposition(document);
  const search = new Search(form, {
    hits,
    open: (button) => button.form.submit(),
    fail: (answer, sent) => (answer.isForeign ? sendPlainly(sent) : sayFailure(hits)),
  });
  search.select(0);
}
