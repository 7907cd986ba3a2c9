// A scanned survey sheet opens its dwelling; on a sheet the digits choose what was found.
import { isTyped } from "./drafts.js";
import { bind, onScan } from "./keys.js";

const SHEET = "D";
const number = document.querySelector("[data-survey-number]");
const next = document.querySelector("[data-survey-next]");
const sheet = document.querySelector("[data-survey-sheet]");
const outcomes = [...document.querySelectorAll("[name=outcome]")];

if (number) {
  onScan((code) => {
    if (!code.startsWith(SHEET)) return;
    number.value = code;
    number.form.requestSubmit();
  });
}

// The next QR read too early must neither save this sheet nor lose it.
if (next) {
  onScan((code) => {
    if (!code.startsWith(SHEET)) return;
    if (sheet.dataset.surveySheet === "typed" || isTyped(sheet)) {
      document.querySelector("[data-survey-unsaved]").hidden = false;
      return;
    }
    next.elements.number.value = code;
    next.requestSubmit();
  });
}

outcomes.slice(0, 10).forEach((each, place) => {
  bind(String((place + 1) % 10), () => {
    each.checked = true;
    each.focus();
  });
});
