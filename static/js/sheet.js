// Typing cards in. A scanned sheet fills its number, wherever the focus is, and the hand goes on
// with the time. The second person of a card begins with the family name of the first.
import { onScan } from "./keys.js";

const SHEET = "S";
const number = document.querySelector("[data-sheet]");
const [head, ...others] = document.querySelectorAll("[name^=members-][name$=-name]");

onScan((code) => {
  if (!number || !code.startsWith(SHEET)) return;
  number.value = code.slice(SHEET.length);
  const fields = [...number.form.elements].filter((each) => each.matches("input:not([type=hidden])"));
  fields[fields.indexOf(number) + 1]?.focus();
});

for (const name of others) {
  name.addEventListener("focus", () => {
    if (!name.value) name.value = inherited();
    name.setSelectionRange(name.value.length, name.value.length);
  });
  name.addEventListener("blur", () => {
    if (name.value === inherited()) name.value = "";
  });
}

function inherited() {
  const [family, given] = head.value.trim().split(/[\s\u3000]+/);
  return given ? `${family}\u3000` : "";
}
