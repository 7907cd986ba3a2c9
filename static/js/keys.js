// Shortcuts that survive a real desk: they keep out of the input method's way, ignore a key held
// down, and never take the letters of a scanned card for commands.
//
// In a page:   <button data-key="F2 Alt+2">   every combination listed presses or focuses it.
// In a module: bind("Alt+Z", undo), onScan((code) => …), deafen() after saving.

const CARD_PREFIX = "%"; // printed cards begin with it; same place on Japanese and US keyboards
const SCANNER_GAP = 60; // ms; no finger is that fast for long
const PATIENCE = 250; // ms without a key; a busy page hands keys over late
const SETTLED = 400; // ms; by then the input method has put down what it took
const FAST_KEYS = 5; // so many fast keys in a row are a scanner without our prefix
const CODE_IN_TEXT = /%([A-Z][0-9A-Z]{7,})$/; // what a scanner slower than our patience left in a field

const bindings = new Map();
const scanListeners = new Set();
let deafUntil = 0;
let scanned = null;
let held = null; // the field a scan began in, and what stood there
let scanTimer = 0;
let lastKeyAt = 0;
let fastKeys = 0;

/** Whether the key belongs to the input method (IME) and must be left alone. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Run an action on a combination such as "F2", "Alt+2", "Ctrl+Enter" or a bare "P". */
export function bind(combination, action) {
  const name = normal(combination);
  bindings.set(name, action);
  return () => bindings.get(name) === action && bindings.delete(name);
}

/** Hear the content of a scanned card, without its prefix, wherever the focus is. */
export function onScan(listener) {
  scanListeners.add(listener);
  return () => scanListeners.delete(listener);
}

/** Ignore shortcuts for a moment, so that a key pressed twice in cold gloves acts once. */
export function deafen(milliseconds = 400) {
  deafUntil = performance.now() + milliseconds;
}

/** Start listening; base.js does it once for each page. */
export function listen() {
  window.addEventListener("keydown", catchScan, { capture: true });
  document.addEventListener("keydown", act);
}

function normal(combination) {
  const parts = combination.split("+").map((part) => part.trim());
  const key = parts.pop();
  return [...parts.map((part) => part.toLowerCase()).sort(), key.toLowerCase()].join("+");
}

// Digits and letters by their place, so that they work while the input method is on.
function pressed(event) {
  const modifiers = [];
  if (event.altKey) modifiers.push("alt");
  if (event.ctrlKey) modifiers.push("ctrl");
  if (event.metaKey) modifiers.push("meta");
  const place = /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(event.code ?? "");
  const key = place ? place[1] : event.key;
  if (event.shiftKey && key.length > 1) modifiers.push("shift");
  return [...modifiers.sort(), key.toLowerCase()].join("+");
}

function act(event) {
  if (event.defaultPrevented || event.repeat || isComposing(event)) return;
  if (fastKeys >= FAST_KEYS || performance.now() < deafUntil) return;
  const name = pressed(event);
  if (name.length === 1 && isWriting(event.target)) return;
  const action = bindings.get(name) ?? marked(name);
  if (!action) return;
  event.preventDefault();
  action(event);
}

function isWriting(element) {
  return element.isContentEditable
    || element.matches?.("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
}

function marked(name) {
  for (const element of document.querySelectorAll("[data-key]")) {
    const names = element.dataset.key.split(/\s+/).filter(Boolean).map(normal);
    if (names.includes(name) && isOffered(element)) return () => press(element);
  }
  return null;
}

// What is out of sight has no key, but for the menu that waits behind its button.
function isOffered(element) {
  return element.getClientRects().length > 0 || element.closest("[popover]") !== null;
}

function press(element) {
  if (element.matches("input:not([type=checkbox], [type=radio], [type=submit]), select, textarea")) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function catchScan(event) {
  countFastKeys(event);
  if (scanListeners.size === 0) return;
  if (scanned === null && isEnter(event) && !isComposing(event)) scanned = takeBack(document.activeElement);
  if (scanned === null && !isPrefix(event)) return;
  if (scanned === null) {
    scanned = "";
    held = isComposing(event) ? hold(document.activeElement) : null;
  } else if (isEnter(event)) {
    finishScan();
  } else {
    scanned += character(event);
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  clearTimeout(scanTimer);
  if (scanned !== null) scanTimer = setTimeout(giveBack, PATIENCE);
}

function countFastKeys(event) {
  const now = performance.now();
  const fast = now - lastKeyAt < SCANNER_GAP / 3;
  fastKeys = fast && event.key.length === 1 ? fastKeys + 1 : fast ? fastKeys : 0;
  lastKeyAt = now;
}

function isEnter(event) {
  return /^(Numpad)?Enter$/.test(event.code || event.key);
}

function isPrefix(event) {
  return event.key.normalize("NFKC") === CARD_PREFIX || (isComposing(event) && event.code === "Digit5" && event.shiftKey);
}

// With the input method on, event.key is "Process": the place of the key still tells.
function character(event) {
  if (event.key.length === 1) return event.key.normalize("NFKC").toUpperCase();
  const place = /^(?:Digit|Numpad|Key)([0-9A-Z])$/.exec(event.code ?? "");
  if (place) return place[1];
  return { Minus: "-", Period: ".", Slash: "/" }[event.code] ?? "";
}

function finishScan() {
  const code = scanned;
  scanned = null;
  setTimeout(restore, SETTLED);
  for (const listener of scanListeners) listener(code);
}

function hold(field) {
  const hasText = field && isWriting(field) && typeof field.value === "string" && field.type !== "password";
  return hasText ? { field, value: field.value } : null;
}

// The input method takes its letters past every listener: what it left in the field goes again.
function restore() {
  const { field, value } = held ?? {};
  held = null;
  if (!field || field.matches("[data-scan-target], select") || field.value === value) return;
  field.blur();
  field.value = value;
  field.focus();
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

// It was a person after all: what was held back goes into the field.
function giveBack() {
  const text = CARD_PREFIX + scanned;
  scanned = null;
  const field = document.activeElement;
  if (field && isWriting(field) && typeof field.setRangeText === "function") {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, data: text }));
  }
}

// It was a slow scanner after all: what went into the field comes out of it, and is read.
function takeBack(field) {
  const [text, code] = (hold(field) && CODE_IN_TEXT.exec(field.value)) ?? [];
  if (!code) return null;
  field.value = field.value.slice(0, -text.length);
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  return code;
}
