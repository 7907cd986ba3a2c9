// The reading of a name, caught from the input method while it is typed.
//
// <input id="name" data-kana-target="kana">  <input id="kana" data-kana-script="katakana|hiragana">
// <span data-kana-mark="kana" hidden>自動</span>
//
// Before conversion the composition text is the reading; updates with Latin letters or kanji are
// not. A reading written by hand is never changed. Rows added later are served as well.

const KANA = /^[ぁ-ゖァ-ヺーゝゞヽヾ・\s]+$/u;
const states = new WeakMap();

/** Serve every field with data-kana-target, now and later. */
export function watchKana(root = document) {
  root.addEventListener("compositionstart", (event) => serve(event, start));
  root.addEventListener("compositionupdate", (event) => serve(event, update));
  root.addEventListener("compositionend", (event) => serve(event, end));
  root.addEventListener("input", (event) => serve(event, edited));
  root.addEventListener("input", noticeHand);
}

function serve(event, step) {
  const source = event.target;
  const target = source.dataset?.kanaTarget && document.getElementById(source.dataset.kanaTarget);
  if (target) step(source, target, event, stateOf(source, target));
}

function stateOf(source, target) {
  if (!states.has(source)) {
    if (target.value && !target.dataset.kanaAuto) target.dataset.kanaHand = "1";
    states.set(source, { segments: inheritedBy(source, target), at: 0, reading: "" });
  }
  return states.get(source);
}

// A family name that was there before anything was typed, with its reading.
function inheritedBy(source, target) {
  const [text, reading] = [source, target].map((field) => (field.dataset.inherited ?? "").trim());
  return text && reading ? [{ text, reading: toHiragana(reading), at: 0 }] : [];
}

function start(source, _target, _event, state) {
  state.at = source.selectionStart;
  state.reading = "";
}

function update(source, target, event, state) {
  const text = event.data.normalize("NFKC").replace(/n$/i, "ん");
  if (!KANA.test(text)) return;
  state.reading = toHiragana(text);
  write(source, target, state, { at: state.at, reading: state.reading });
}

function end(source, target, event, state) {
  if (event.data && state.reading) {
    const text = event.data;
    const at = Math.max(0, source.selectionStart - text.length);
    state.segments.push({ text, reading: state.reading, at, isNew: true });
    state.segments.sort((a, b) => a.at - b.at || Number(b.isNew) - Number(a.isNew));
    state.segments.forEach((segment) => { segment.isNew = false; });
  }
  state.reading = "";
  forgetLost(source, state);
  write(source, target, state);
}

function edited(source, target, event, state) {
  if (event.isComposing) return;
  forgetLost(source, state);
  write(source, target, state);
}

// Readings of text that was deleted or changed are no longer true.
function forgetLost(source, state) {
  let from = 0;
  state.segments = state.segments.filter((segment) => {
    const at = source.value.indexOf(segment.text, from);
    if (at < 0) return false;
    segment.at = at;
    from = at + segment.text.length;
    return true;
  });
}

function write(source, target, state, pending = null) {
  if (target.dataset.kanaHand) return;
  const parts = pending ? [...state.segments, pending] : state.segments;
  if (parts.length === 0 && !target.dataset.kanaAuto) return;
  const reading = joined(source.value, [...parts].sort((a, b) => a.at - b.at));
  target.value = target.dataset.kanaScript === "hiragana" ? reading : toKatakana(reading);
  mark(target, target.value !== "");
}

// Where the name has a space between its parts, the reading has one too.
function joined(text, parts) {
  let reading = "";
  let end = 0;
  for (const part of parts) {
    if (reading && /\s/u.test(text.slice(end, part.at))) reading += "　";
    reading += part.reading;
    end = part.at + (part.text?.length ?? 0);
  }
  return reading && /^\s/u.test(text.slice(end)) ? `${reading}　` : reading;
}

function noticeHand(event) {
  const target = event.target;
  if (!target.dataset || !(target.dataset.kanaScript || target.dataset.kanaAuto)) return;
  if (target.value) target.dataset.kanaHand = "1";
  else delete target.dataset.kanaHand;
  mark(target, false);
}

function mark(target, isAuto) {
  if (isAuto) target.dataset.kanaAuto = "1";
  else delete target.dataset.kanaAuto;
  target.classList.toggle("is-auto", isAuto);
  const sign = document.querySelector(`[data-kana-mark="${CSS.escape(target.id)}"]`);
  if (sign) sign.hidden = !isAuto;
}

function toKatakana(text) {
  return text.replace(/[ぁ-ゖゝゞ]/gu, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60));
}

function toHiragana(text) {
  return text.replace(/[ァ-ヶヽヾ]/gu, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}
