// Which key presses may act. Knows the input method, cold fingers and the pause after a save.

import { deafen, isComposing as isOfInputMethod } from "./keys.js";

const PAUSE_MS = 400;

let isConfirmAwaited = false; // the Enter that ends a composition may still come after it
let deafUntil = 0;
let queue = null; // keys typed while an answer is on its way

export function listenToComposition(root) {
  root.addEventListener("compositionstart", () => {
    isConfirmAwaited = true;
  });
  root.addEventListener("keydown", admit, { capture: true });
}

// Runs before every other listener; a key that may not act goes no further.
function admit(event) {
  if (isOfInputMethod(event)) {
    if (isEnter(event)) isConfirmAwaited = false;
    return;
  }
  const isConfirm = isEnter(event) && isConfirmAwaited;
  if (!isModifier(event)) isConfirmAwaited = false;
  if (isConfirm || isTooSoon(event)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  } else if (queue && isPlain(event)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!isEnter(event)) queue.push(keyOf(event));
  }
}

export { isOfInputMethod };

export function isEnter(event) {
  return event.code === "Enter" || event.code === "NumpadEnter" || event.key === "Enter";
}

// A held key repeats: in a text field that is wanted for Backspace and arrows, never to act.
function isTooSoon(event) {
  if (performance.now() < deafUntil) return true;
  return event.repeat && (isEnter(event) || !isText(event.target));
}

function isModifier(event) {
  return ["Shift", "Control", "Alt", "Meta", "Process"].includes(event.key);
}

function isPlain(event) {
  return !event.ctrlKey && !event.altKey && !event.metaKey && (keyOf(event) || isEnter(event));
}

export function isText(element) {
  return element.matches?.("input:not([type=checkbox], [type=radio]), textarea, select") ?? false;
}

// A digit or capital letter by its place on the keyboard, whatever the input method makes of it.
export function keyOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  const found = /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(event.code ?? "");
  return found ? found[1] : null;
}

export function pauseAfterSaving() {
  deafUntil = performance.now() + PAUSE_MS;
  deafen(PAUSE_MS);
}

// From now on digits and letters wait for what is being fetched; Enter is lost, never saved up.
export function holdKeys() {
  queue ??= [];
}

export function releaseKeys(act) {
  const held = queue ?? [];
  queue = null;
  if (act) held.forEach(act);
}

export function showInputMethod(output, field) {
  const show = (isOn) => {
    output.textContent = isOn ? "かな入力中" : "半角";
    output.dataset.on = String(isOn);
  };
  field.addEventListener("compositionstart", () => show(true));
  field.addEventListener("keydown", (event) => {
    if (event.keyCode === 229) show(true);
    else if (/^[ -~]$/.test(event.key)) show(false);
  });
}
