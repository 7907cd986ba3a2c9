// A scanned survey sheet opens its dwelling; on a sheet the digits choose what was found.
import { bind, onScan } from "./keys.js";

const SHEET = "D";
const number = document.querySelector("[data-survey-number]");
const outcomes = [...document.querySelectorAll("[name=outcome]")];

if (number) {
  onScan((code) => {
    if (!code.startsWith(SHEET)) return;
    number.value = code;
    number.form.requestSubmit();
  });
}

outcomes.slice(0, 10).forEach((each, place) => {
  bind(String((place + 1) % 10), () => {
    each.checked = true;
    each.focus();
  });
});
