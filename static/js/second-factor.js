// Second factors: a badge that is scanned, and FIDO2 security keys by the browser's own JSON forms.
import { onScan } from "./keys.js";

const REFUSED = "キーを確かめられませんでした。差し直して、もう一度押してください。";
const badgeForm = document.querySelector("[data-scans-badge]");
const secondForm = document.querySelector("[data-second-factor]");
const newKeyForm = document.querySelector("[data-key-registration]");

/** A badge stands for the number; only the PIN is left to type. */
function takeBadge(form) {
  onScan((code) => {
    form.elements.login_name.value = `%${code}`;
    form.elements.password.focus();
  });
}

function takeSecondBadge(form) {
  onScan((code) => {
    form.elements.code.value = `%${code}`;
    form.requestSubmit();
  });
}

function say(form, words) {
  form.querySelector("[data-key-words]").textContent = words;
}

function offerKey(form) {
  const button = form.querySelector("[data-use-key]");
  if (!button || !window.PublicKeyCredential) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    say(form, "キーに触れてください。");
    try {
      const question = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(form.dataset.keyQuestion));
      const answer = await navigator.credentials.get({ publicKey: question });
      form.elements.key_answer.value = JSON.stringify(answer.toJSON());
      form.requestSubmit();
    } catch {
      say(form, REFUSED);
    }
  });
}

function registerKey(form) {
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!window.PublicKeyCredential) return say(form, "このブラウザーではキーを使えません。");
    say(form, "キーに触れてください。");
    try {
      const question = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(form.dataset.keyRegistration));
      const answer = await navigator.credentials.create({ publicKey: question });
      form.elements.answer.value = JSON.stringify(answer.toJSON());
      form.requestSubmit();
    } catch {
      say(form, REFUSED);
    }
  });
}

if (badgeForm) takeBadge(badgeForm);
if (secondForm) {
  takeSecondBadge(secondForm);
  offerKey(secondForm);
}
if (newKeyForm) registerKey(newKeyForm);
