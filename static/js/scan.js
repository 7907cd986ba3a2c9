// A scanned card on any page: what was being typed stays, what the card did is shown above it.
import { announce } from "./base.js";
import { deafen, onScan } from "./keys.js";
import { play } from "./desk-sound.js";
import { put, sayFailure, send } from "./desk-send.js";

const CARD = /^P[0-9A-Z]{8}$/; // other papers begin with another letter after the %
const PHONE = /^D[0-9A-Z]{8}$/;
const place = document.querySelector("[data-scan-place]") ?? document.querySelector("[data-scan-anywhere]");
const phone = document.querySelector("main [data-phone-form]") ?? document.querySelector("[data-phone-form]");
const form = document.querySelector("main [data-card-form]") ?? document.querySelector("[data-card-form]");
let isBusy = false;

if (place && form) {
  onScan(read);
  place.addEventListener("submit", again);
  if (form.querySelector("[data-scan-text]")) form.addEventListener("submit", typed);
}

// A page that asks for a card gets it; elsewhere the card lets people out and in.
function read(code) {
  if (PHONE.test(code) && phone) {
    phone.elements.text.value = code;
    phone.requestSubmit();
    return;
  }
  if (!CARD.test(code) || document.querySelector("[data-scan-into]")) return; // that page's own
  const target = document.querySelector("[data-scan-target]");
  if (target) {
    target.value = code;
    target.form.requestSubmit();
  } else {
    ask(code, chosenAct());
  }
}

function typed(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  const field = form.querySelector("[data-scan-text]");
  if (field.value.trim()) ask(field.value, chosenAct());
}

function again(event) {
  if (!event.target.matches("[data-scan-again]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(event.target.elements.text.value, event.submitter?.value);
}

function chosenAct() {
  return form.querySelector("[name=act]:checked")?.value ?? "auto";
}

async function ask(code, act) {
  if (isBusy) return;
  isBusy = true;
  const data = new FormData(form);
  data.set("text", code);
  data.set("act", act ?? "auto");
  const answer = await send(form.action, data);
  isBusy = false;
  if (answer.isOk && answer.fragment("scan")) show(answer.fragment("scan"));
  else fail();
}

function show(fragment) {
  put(place, fragment);
  place.hidden = false;
  const result = place.querySelector("[data-scan-sound]");
  play(result?.dataset.scanSound === "good");
  announce(result?.textContent.replace(/\s+/g, " ").trim() ?? "");
  deafen();
  place.scrollIntoView({ block: "nearest" });
  const field = form.querySelector("[data-scan-text]");
  if (field) {
    field.value = "";
    field.focus();
  }
}

function fail() {
  sayFailure(place);
  place.hidden = false;
  play(false);
}
