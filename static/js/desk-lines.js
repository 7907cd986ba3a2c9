// New people, one line each: Enter walks on, digits choose, family name and town are inherited.

import { isEnter, isOfInputMethod, keyOf } from "./desk-keys.js";
import { put, send } from "./desk-send.js";

const PART_READING = "フリガナも姓と名の間を空けると、2人目から引き継ぎます";

export class Lines {
  constructor(form, { finish }) {
    this.form = form;
    this.finish = finish;
    this.list = form.querySelector("[data-lines]");
    this.template = document.querySelector("template[data-line]");
    this.next = this.list.children.length;
    form.addEventListener("keydown", (event) => this.onKey(event));
    form.addEventListener("input", (event) => this.onInput(event));
    form.addEventListener("change", (event) => this.onChange(event));
    form.addEventListener("click", (event) => this.onClick(event));
  }

  // Without scripts there are spare lines; with them a line appears when it is needed.
  removeSpare() {
    const lines = [...this.list.children];
    lines.slice(1).filter((line) => !isFilled(line)).forEach((line) => line.remove());
  }

  focus() {
    this.list.querySelector("[data-step]")?.focus();
  }

  add() {
    const line = this.template.content.firstElementChild.cloneNode(true);
    const number = this.next;
    this.next += 1;
    for (const element of line.querySelectorAll("*")) {
      for (const name of ["id", "name", "for", "data-kana-target", "data-kana-mark", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value?.includes("__")) element.setAttribute(name, value.replace("__", number));
      }
    }
    this.list.append(line);
    inherit(this.list.firstElementChild, line);
    return line;
  }

  onKey(event) {
    const step = event.target.closest("[data-step]");
    if (!step || isOfInputMethod(event) || event.defaultPrevented) return;
    if (isEnter(event)) {
      event.preventDefault();
      this.onEnter(step, event.target);
    } else if (step.dataset.step === "choice") {
      this.onChoiceKey(event, step);
    }
  }

  onEnter(step, field) {
    const line = step.closest("[data-person]");
    if (step.matches("[data-town]")) this.takeTown(field);
    else if (field.matches("[data-first]") && line.matches("[data-extra]") && (!isFilled(line) || loneKey(line))) {
      const key = loneKey(line);
      line.remove();
      this.finish(key);
    } else {
      this.goOn(step);
    }
  }

  onChoiceKey(event, step) {
    const key = keyOf(event);
    const choice = key && step.querySelector(`[data-choice="${key}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    this.goOn(step);
  }

  goOn(step) {
    const steps = [...this.list.querySelectorAll("[data-step]")];
    const rest = steps.slice(steps.indexOf(step) + 1);
    const following = rest.find((one) => !(one.matches("[data-skip-filled]") && isTyped(one)));
    if (following) enter(following);
    else enter(this.add().querySelector("[data-step]"));
  }

  onInput(event) {
    if (event.target.matches("[data-town]")) this.towns = this.offerTowns(event.target);
  }

  // A name of one piece: the family could not inherit it, so the server is asked where it ends.
  async onChange(event) {
    const head = event.target.closest("[data-person]")?.querySelector("[data-family]");
    if (!head || !event.target.matches("[data-step=text]") || !event.target.id.match(/-(name|kana)$/)) return;
    const place = this.form.querySelector("[data-families]");
    const kana = kanaOf(head);
    const typed = head.value;
    put(place, null);
    this.inheritAll();
    if (isParted(typed)) place.textContent = kana.value.trim() && !isParted(kana.value) ? PART_READING : "";
    if (isParted(typed) || !typed.trim()) return;
    const data = new FormData();
    data.set("csrf_token", this.form.elements.csrf_token.value);
    data.set("name", typed);
    data.set("kana", kana.value);
    const answer = await send(head.dataset.family, data);
    if (!answer.isOk || head.value !== typed) return;
    put(place, answer.fragment("family"));
    const certain = place.querySelector("[data-parted]");
    if (certain) this.part(head, certain.dataset.parted, certain.dataset.partedKana);
  }

  onClick(event) {
    const chosen = event.target.closest("[data-parting]");
    if (!chosen) return;
    const head = this.form.querySelector("[data-family]");
    this.part(head, chosen.dataset.parting, chosen.dataset.partingKana);
    put(chosen.closest("[data-families]"), null);
    head.focus();
  }

  part(head, name, kana) {
    head.value = name;
    if (kana) kanaOf(head).value = kana;
    this.inheritAll();
  }

  inheritAll() {
    const [first, ...rest] = this.list.children;
    rest.filter((line) => !isFilled(line)).forEach((line) => inherit(first, line));
  }

  async offerTowns(field) {
    const text = field.value;
    const data = new FormData();
    data.set("csrf_token", this.form.elements.csrf_token.value);
    data.set("text", text);
    const answer = await send(field.dataset.town, data);
    if (answer.isOk && field.value === text) put(this.townsOf(field), answer.fragment("towns"));
  }

  townsOf(field) {
    return document.getElementById(field.getAttribute("aria-describedby"));
  }

  // The first town offered is the one meant; 0 and 9 are answers like any other.
  async takeTown(field) {
    await this.towns;
    const offered = this.townsOf(field).querySelector("[data-town-name]");
    const code = field.closest("[data-person]").querySelector("[data-postal]");
    if (offered && offered.dataset.townName !== field.value) {
      field.value = offered.dataset.townName;
      if (code) code.value = offered.dataset.postalCode;
    }
    put(this.townsOf(field), null);
    this.goOn(field);
  }
}

function enter(step) {
  const field = step.matches("input") ? step : step.querySelector("input:checked, input");
  field.focus();
  if (field.matches("[data-first]") || field.dataset.inherited) field.setSelectionRange(field.value.length, field.value.length);
}

function kanaOf(name) {
  return document.getElementById(name.dataset.kanaTarget);
}

function textsOf(line) {
  return [...line.querySelectorAll("input:not([type=radio], [type=checkbox], [type=hidden])")];
}

function isFilled(line) {
  return textsOf(line).some(isTyped);
}

function isTyped(field) {
  return !["", field.dataset.inherited?.trim()].includes(field.value.trim());
}

function isParted(text) {
  return /\S[\s　]+\S/.test(text);
}

// A single letter in the line of the next person is no name: it was meant for the questions below
// (B いま来た), typed before the line was left.
function loneKey(line) {
  const name = line.querySelector("[data-first]");
  if (textsOf(line).some((field) => field !== name && isTyped(field))) return null;
  const typed = name.value.replace(name.dataset.inherited ?? "", "").normalize("NFKC").trim();
  return /^[A-Za-z]$/.test(typed) ? typed.toUpperCase() : null;
}

function inherit(head, line) {
  const [from, to] = [head, line].map((one) => one.querySelector("[data-first]"));
  carry(from, to);
  if (!to.dataset.inherited) return;
  carry(kanaOf(from), kanaOf(to));
  kanaOf(to).dataset.kanaAuto = "1"; // what is typed into the name may still go on with it
}

// The first part of a name or a reading, where a space tells which that is.
function carry(from, to) {
  if (!isParted(from.value) || isTyped(to)) return;
  to.value = `${from.value.trim().split(/[\s　]+/)[0]}　`;
  to.dataset.inherited = to.value;
}
