// What every page does: put the focus where work begins, save once, and say what changed.
import { listen } from "./keys.js";
import { watchKana } from "./kana.js";
import { fitTables } from "./tables.js";

const SUBMITTED = "submitted";
const STAYED = 5000; // ms

/** Tell a screen reader what has changed on the page. */
export function announce(sentence) {
  let region = document.getElementById("announcer");
  if (!region) {
    region = document.createElement("p");
    region.id = "announcer";
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = sentence;
}

/** Let a form be sent again, for pages that save without leaving. */
export function release(form) {
  delete form.dataset[SUBMITTED];
}

function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset[SUBMITTED]) {
    event.preventDefault();
    return;
  }
  form.dataset[SUBMITTED] = "1";
  setTimeout(() => release(form), STAYED); // a download leaves the page where it is
}

// With data-enter="next" Enter walks through the fields; only the last one, or Ctrl+Enter, saves.
function walkWithEnter(event) {
  const field = event.target;
  const form = field.form;
  if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
  if (event.repeat) {
    event.preventDefault();
    return;
  }
  if (!form || event.defaultPrevented || field.matches("textarea, button")) return;
  if (event.ctrlKey) {
    event.preventDefault();
    form.requestSubmit();
  } else if (form.dataset.enter === "next") {
    event.preventDefault();
    following(form, field).focus();
  }
}

function following(form, field) {
  const stops = [...form.elements].filter((each) =>
    each.matches("input:not([type=hidden]), select, textarea, button[type=submit]")
    && !each.disabled && each.tabIndex >= 0 && each.getClientRects().length > 0);
  return stops[stops.indexOf(field) + 1] ?? field;
}

function focusFirst() {
  const summary = document.querySelector("[data-focus-first]");
  if (summary) summary.focus();
}

document.addEventListener("submit", sendOnce);
document.addEventListener("keydown", walkWithEnter);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(release);
});
listen();
watchKana();
fitTables();
focusFirst();
