// Reception: one page, no mouse, the focus never lost.

import { announce, focusFault } from "./base.js";
import { Asides } from "./desk-asides.js";
import { holdKeys, isEnter, isOfInputMethod, listenToComposition, pauseAfterSaving, releaseKeys } from "./desk-keys.js";
import { Lines } from "./desk-lines.js";
import { Panel } from "./desk-panel.js";
import { Search } from "./desk-search.js";
import { freshKey, put, sayFailure, send, sendPlainly } from "./desk-send.js";
import { offerSilence, play } from "./desk-sound.js";
import { alsoKeep } from "./drafts.js";

const done = document.querySelector('[data-fragment="done"]');
const work = document.querySelector('[data-fragment="work"]');
const counts = document.querySelector('[data-fragment="counts"]');
const blanks = document.querySelector('[data-fragment="blanks"]');
const asides = new Asides(document.querySelector("[data-asides]"), { open: openAside, drop: focusWork });
let open = null; // the form in the work area, and its panel

listenToComposition(document);
offerSilence(document.querySelector("[data-sound]"));
const search = new Search(document.querySelector("[data-search-form]"), {
  hits: document.querySelector('[data-fragment="hits"]'),
  open: openHousehold,
  fail: onFailure,
});
alsoKeep(() => asides.forms);
document.addEventListener("click", (event) => {
  if (event.target.closest("a[aria-current=page]")) {
    event.preventDefault(); // one is here already
    leave();
  }
  const opener = event.target.closest("[data-opens]");
  const blank = opener && document.querySelector(`template[data-blank="${opener.dataset.opens}"]`);
  if (!blank) return;
  event.preventDefault();
  if (!isSaving()) openBlank(blank);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-phone-form]")) return;
  event.preventDefault();
  openPhone(event.target);
});
if (work.querySelector("form")) mount();
else search.focus();

// While a save is on its way, nothing else opens: its answer would close it again.
function isSaving() {
  return work.querySelector("form[data-sending]") !== null;
}

async function openHousehold(button) {
  if (isSaving()) {
    releaseKeys();
    return;
  }
  const data = new FormData(button.form);
  data.set(button.name, button.value);
  holdKeys();
  const answer = await send(button.form.action, data);
  if (!answer.isOk || answer.isForeign) {
    releaseKeys();
    onFailure(answer, button.form);
    return;
  }
  asides.take(open);
  put(work, answer.fragment("work"));
  search.hide();
  put(done, null);
  const panel = takeBack(asides.give(work.querySelector("form"))) ?? mount();
  releaseKeys((key) => panel?.act(key));
}

// What a phone has sent, by its number: a form of new people that is filled already.
async function openPhone(form) {
  if (isSaving()) return;
  holdKeys();
  const answer = await send(form.action, new FormData(form));
  const isRefused = answer.status === 422 && !answer.isForeign;
  if (!isRefused && (!answer.isOk || answer.isForeign)) {
    releaseKeys();
    onFailure(answer, form);
    return;
  }
  form.elements.text.value = "";
  search.clear();
  put(done, answer.fragment("done"));
  if (isRefused) {
    releaseKeys();
    play(false);
    announce(done.textContent.trim());
    return;
  }
  asides.take(open);
  put(work, answer.fragment("work"));
  put(search.hits, answer.fragment("hits"));
  const panel = takeBack(asides.give(work.querySelector("form"))) ?? mount();
  releaseKeys((key) => panel?.act(key));
}

function openBlank(blank) {
  asides.take(open);
  work.replaceChildren(blank.content.cloneNode(true));
  work.querySelector("[name=idempotency_key]").value = freshKey();
  search.clear();
  put(done, null);
  const before = asides.give(work.querySelector("form"));
  if (before) takeBack(before);
  else mount();
}

function openAside(form) {
  if (isSaving()) return;
  asides.take(open);
  search.clear();
  put(done, null);
  takeBack(asides.give(form));
}

// A form that was put aside goes on where it was left; its keys still listen.
function takeBack(one) {
  if (!one) return null;
  open = one;
  work.replaceChildren(one.form);
  focusWork();
  return one.panel;
}

function focusWork() {
  const first = open?.form.querySelector("[data-step], input:not([type=hidden])");
  if (!open) search.focus();
  else if (open.panel?.hasCount) open.panel.focus();
  else first.focus();
}

// Gives the form in the work area its keys.
function mount() {
  const form = work.querySelector("form");
  open = { form, panel: null };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form);
  });
  const lines = form.querySelector("[data-lines]") ? linesOf(form) : null;
  if (!form.matches("[data-panel]")) {
    mountCount(form);
    return null;
  }
  const panel = open.panel = new Panel(form, { save, leave, extra: (count) => addExtra(lines, count) });
  if (lines) lines.finish = (key) => {
    panel.focus();
    if (key) panel.act(key);
  };
  if (focusFault(form)) return panel;
  if (lines && !panel.hasCount && !form.dataset.proposal) lines.focus();
  else panel.focus();
  return panel;
}

function linesOf(form) {
  const lines = new Lines(form, { finish: () => {} });
  lines.removeSpare();
  return lines;
}

function addExtra(lines, count) {
  const added = Array.from({ length: count }, () => lines.add());
  added[0].querySelector("[data-step]").focus();
}

function mountCount(form) {
  const field = form.querySelector("input:not([type=hidden])");
  form.addEventListener("keydown", (event) => {
    if (isOfInputMethod(event)) return;
    if (event.key === "Escape") leave();
    if (isEnter(event) && !event.defaultPrevented && event.target.matches("input")) {
      event.preventDefault();
      if (field.value.trim()) save(form);
    }
  });
  field.focus();
}

async function save(form) {
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const answer = await send(form.action, new FormData(form));
  delete form.dataset.sending;
  if (answer.isOk && answer.fragment("done")) onSaved(answer);
  else if (answer.status === 422 && answer.fragment("work")) onRefused(answer);
  else onFailure(answer, form);
}

function onSaved(answer) {
  play(true);
  put(done, answer.fragment("done"));
  put(counts, answer.fragment("counts"));
  put(blanks, answer.fragment("blanks"));
  put(work, null);
  open = null;
  search.clear();
  search.focus();
  pauseAfterSaving();
  announce(done.querySelector("[data-words]")?.textContent.trim() ?? "");
}

function onRefused(answer) {
  play(false);
  put(work, answer.fragment("work"));
  mount();
}

function onFailure(answer, form) {
  play(false);
  if (answer.isLost) sayFailure(done);
  else sendPlainly(form);
}

function leave() {
  if (isSaving()) return;
  asides.take(open);
  if (open?.form.dataset.proposal) search.hide(); // what is alike to it
  open = null;
  put(work, null);
  search.focus();
}
