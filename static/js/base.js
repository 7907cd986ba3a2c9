// What every page does: put the focus where work begins, save once, and say what changed.
import { keepOnLeaving } from "./drafts.js";
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
    && !each.disabled && each.tabIndex >= 0 && each.getClientRects().length > 0
    && isStop(each, field));
  return stops[stops.indexOf(field) + 1] ?? field;
}

// As with Tab, radio buttons of one question are one stop.
function isStop(each, field) {
  if (each.type !== "radio" || each === field) return true;
  if (each.name === field.name) return false;
  const group = radiosLike(each);
  return each === (group.find((one) => one.checked) ?? group[0]);
}

function radiosLike(field) {
  return [...field.form.elements].filter((one) => one.type === "radio" && one.name === field.name);
}

// In such a form a digit chooses among radio buttons: 1 is the first answer, whatever the input method is.
function chooseByDigit(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const field = event.target;
  if (!digit || field.type !== "radio" || field.form?.dataset.enter !== "next" || event.defaultPrevented) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const chosen = radiosLike(field)[digit - 1];
  if (!chosen) return;
  event.preventDefault();
  chosen.focus();
  chosen.click();
}

/** After a refusal, go where something is to be put right; the summary is read out by itself. */
export function focusFault(root = document) {
  const summary = root.querySelector("[data-focus-first]");
  if (summary) (faultOf(summary.closest("form") ?? root) ?? summary).focus();
  return summary !== null;
}

function faultOf(form) {
  const error = form.querySelector(".field-error");
  const field = error?.closest("label, fieldset, .field")?.querySelector("input:not([type=hidden]), select, textarea");
  const hiding = field?.closest("details");
  if (hiding) hiding.open = true;
  if (error || form.matches("[data-panel]")) return field;
  const empty = [...form.querySelectorAll("input")].filter((each) => !each.value && each.getClientRects().length > 0);
  return empty[0]; // a password that was wrong is asked for again
}

document.addEventListener("submit", sendOnce);
document.addEventListener("keydown", walkWithEnter);
document.addEventListener("keydown", chooseByDigit);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(release);
});
listen();
watchKana();
fitTables();
keepOnLeaving();
focusFault();
