// A scanned sheet fills its number, wherever the focus is, and the hand goes on with the time.
import { onScan } from "./keys.js";

const SHEET = "S";
const number = document.querySelector("[data-sheet]");

onScan((code) => {
  if (!number || !code.startsWith(SHEET)) return;
  number.value = code.slice(SHEET.length);
  const fields = [...number.form.elements].filter((each) => each.matches("input:not([type=hidden])"));
  fields[fields.indexOf(number) + 1]?.focus();
});
