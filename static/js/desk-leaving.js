// Leaving by keys: letters choose what happens, digits where to, T everybody, Enter saves.

import { isEnter, isOfInputMethod, isText, keyOf, listenToComposition } from "./desk-keys.js";

listenToComposition(document);
const form = document.querySelector("[data-leaving]");
if (form) {
  form.addEventListener("keydown", onKey);
  form.querySelector("[data-everybody]")?.addEventListener("click", chooseEverybody);
  form.querySelector("[data-keys]").focus();
}

function onKey(event) {
  if (isOfInputMethod(event)) return;
  if (isEnter(event)) {
    if (event.target.matches("a, button:not([data-save])")) return;
    event.preventDefault();
    if (isText(event.target)) form.querySelector("[data-keys]").focus();
    else if (form.querySelector("[name=act]:checked")) form.requestSubmit();
    else form.querySelector("[data-ask]").classList.add("is-urgent");
    return;
  }
  const key = isText(event.target) ? null : keyOf(event);
  const choice = key && form.querySelector(`[data-choice-key="${key}"]`);
  if (!choice) return;
  event.preventDefault();
  form.querySelector("[data-ask]").classList.remove("is-urgent");
  choice.checked = choice.type === "radio" || !choice.checked;
  const isLeaving = choice.name === "reason" && !form.querySelector("[name=act]:checked");
  if (isLeaving) form.querySelector("[name=act][value=leave]").checked = true; // only who leaves has a reason
}

function chooseEverybody() {
  for (const box of form.querySelectorAll("[name=stay]")) box.checked = true;
}
