// The screen closes after a pause, or by a key: what was typed stays under the cover.
// Tabs of one browser tell each other that somebody works, and close and open together.
import { draftOf, isTyped } from "./drafts.js";
import { bind } from "./keys.js";

const TOLD_EACH = 60_000; // ms
const cover = document.querySelector("[data-lock-after]");
const form = cover.querySelector("form");
const words = cover.querySelector("[data-lock-words]");
const limit = Number(cover.dataset.lockAfter) * 1000;
const tabs = new BroadcastChannel("lock");
const title = document.title;
let workedAt = Date.now();
let toldAt = Date.now();
let before = null;

function post(url, values) {
  const body = new FormData(form);
  body.delete("password");
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  return fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
}

function work(event) {
  if (cover.open) return;
  workedAt = Date.now();
  if (workedAt - toldAt < TOLD_EACH && event) return;
  toldAt = workedAt;
  tabs.postMessage("work");
  post(cover.dataset.atWorkUrl, {}).catch(() => {}); // the next request says what is wrong
}

// The main form as it stands, for the day when the machine goes out before it is sent.
function draft() {
  const typed = [...document.querySelectorAll("main form[method=post]")].find(isTyped);
  return typed ? draftOf(typed) : "";
}

function close(tells = true) {
  if (cover.open) return;
  before = document.activeElement;
  for (const open of document.querySelectorAll("dialog[open], [popover]:popover-open")) open.close?.() ?? open.hidePopover?.();
  document.title = "画面を閉じています | 被災者支援システム";
  words.textContent = "";
  cover.showModal();
  form.elements.password.value = "";
  form.elements.password.focus();
  if (!tells) return;
  tabs.postMessage("close");
  post(cover.dataset.lockUrl, { _draft: draft() }).catch(() => {}); // the server closes by itself
}

function open() {
  document.title = title;
  workedAt = toldAt = Date.now();
  cover.close("open");
  form.elements.password.value = "";
  before?.focus();
}

async function unlock(event) {
  event.preventDefault();
  event.stopPropagation();
  words.textContent = "";
  try {
    const answer = await post(form.action, { password: form.elements.password.value, _draft: draft() });
    if (answer.ok) {
      open();
      tabs.postMessage("open");
      return;
    }
    const said = await answer.json();
    words.textContent = said.words ?? "ログインが終わりました。「交代する」でログインし直すと、入力した内容に戻れます。";
  } catch {
    words.textContent = "サーバーに届きません。つながりを確かめて、もう一度押してください。";
  }
  form.elements.password.select();
}

cover.addEventListener("cancel", (event) => event.preventDefault());
cover.addEventListener("close", () => cover.returnValue === "open" || cover.showModal());
form.addEventListener("submit", unlock);
for (const kind of ["keydown", "pointerdown", "input", "wheel"]) document.addEventListener(kind, work, { passive: true });
for (const button of document.querySelectorAll("[data-lock-now]")) button.addEventListener("click", () => close());
bind("Alt+L", () => close());
tabs.addEventListener("message", ({ data }) => {
  if (data === "work") workedAt = Date.now();
  if (data === "close") close(false);
  if (data === "open" && cover.open) open();
});
setInterval(() => Date.now() - workedAt >= limit && close(), 1000);
