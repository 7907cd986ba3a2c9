// Typing a roll call back: the number of somebody who was not there, Enter, the next number.

import { isEnter, isOfInputMethod, listenToComposition } from "./desk-keys.js";

listenToComposition(document);
const form = document.querySelector("[data-roll-call]");
const field = form.querySelector("[data-absent]");
const said = form.querySelector("[data-absent-said]");

field.addEventListener("keydown", (event) => {
  if (!isEnter(event) || isOfInputMethod(event) || event.ctrlKey) return;
  event.preventDefault();
  const number = field.value.normalize("NFKC").trim();
  if (number) turn(number);
});

function turn(number) {
  const box = form.querySelector(`[data-number="${CSS.escape(number)}"]`);
  if (box) {
    box.checked = !box.checked;
    const name = box.closest("label").querySelector("span:last-of-type").textContent.trim();
    said.textContent = `${number} ${name}: ${box.checked ? "いる" : "いない"}`;
    field.value = "";
  } else {
    said.textContent = `${number} 番はこの表にありません`;
    field.select();
  }
}
