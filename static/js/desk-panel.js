// The people of a household by keys: how many came, who is missing, needs, where they stay.
//
// Digits pick people, letters switch what is known of those picked, Enter saves.
// Everything is a plain form control underneath; this only sets them.

import { isEnter, isOfInputMethod, isText, keyOf } from "./desk-keys.js";

const SAYINGS = { R: "rescue", U: "unreachable", E: "elsewhere", D: "died" };
const ASK_SAYING = "R 要救助・U 連絡がとれない・E 別の場所・D 亡くなったと聞いた・ほかは知らない";
const ASK_NEED = "M 医療・K 介助・N 乳幼児・P 妊産婦・A 食物・L ことば・T 動物・F 体調不良";
const RECORD_KEY = "Alt+V";
const ASK_COUNTED = "人数に数え済みですか（Y 数え済み・B いま来た）";

export class Panel {
  constructor(form, { save, leave, extra }) {
    Object.assign(this, { form, save, leave, extra });
    this.target = form.querySelector("[data-keys]");
    this.hasCount = form.hasAttribute("data-asks-count");
    if (this.hasCount) form.querySelector("[data-count-line]").hidden = false;
    this.restart();
    form.addEventListener("keydown", (event) => this.onKey(event));
    for (const happening of ["change", "focusin"]) form.addEventListener(happening, () => this.show());
  }

  // Lines may be added while the panel is open.
  get people() {
    return [...this.form.querySelectorAll("[data-person]")];
  }

  get missing() {
    return this.people.filter((person) => !isHere(person));
  }

  // How many of those who are missing have not been pointed out yet.
  get unpointed() {
    return this.came === null ? 0 : Math.max(0, this.people.length - this.came - this.missing.length);
  }

  focus() {
    this.target.focus();
  }

  onKey(event) {
    if (isOfInputMethod(event) || event.defaultPrevented) return;
    if (event.key === "Escape") this.leave();
    else if (isEnter(event)) this.onEnter(event);
    else if (!isText(event.target) && this.act(nameOf(event), event.target)) event.preventDefault();
  }

  onEnter(event) {
    if (event.target.matches("summary, a, button:not([data-save])")) return;
    event.preventDefault();
    if (isText(event.target)) this.focus();
    else if (this.typed) this.setCount(Number(this.typed));
    else if (this.isReady()) this.save(this.form);
  }

  // Returns whether the key meant something here.
  act(key, target = this.target) {
    if (key === null) return false;
    if (key === "Backspace") return this.restart();
    if (/^\d$/.test(key)) return this.onDigit(Number(key));
    if (key === "Space" && target !== this.target) return false;
    return this.choose(key) || this.onLetter(key);
  }

  onDigit(digit) {
    if (this.hasCount && this.came === null) this.onCountDigit(digit);
    else if (digit === 0) this.picked = new Set(this.people);
    else this.pick(this.people[digit - 1]);
    this.show();
    return true;
  }

  // In a household of ten and more the first digit may not be the whole number: Enter ends it.
  onCountDigit(digit) {
    this.typed += digit;
    const count = Number(this.typed);
    if (count > 0 && (this.people.length < 10 || this.typed.length > 1)) this.setCount(count);
  }

  setCount(count) {
    const people = this.people;
    this.typed = "";
    this.came = count;
    people.forEach((person) => setHere(person, true));
    this.picked.clear();
    if (count > people.length) this.extra(count - people.length);
    this.show();
  }

  pick(person) {
    if (!person) return;
    if (this.unpointed > 0) setHere(person, false);
    const isAgain = this.picked.size === 1 && this.picked.has(person);
    this.picked = new Set(isAgain && isHere(person) ? [] : [person]);
  }

  // Choices of the whole group: where they stay, whether they were counted.
  choose(key) {
    const choice = this.form.querySelector(`[data-choice-key="${key}"]`);
    if (!choice) return false;
    choice.checked = true;
    this.show();
    return true;
  }

  onLetter(key) {
    const picked = [...this.picked];
    if (picked.length === 0) return false;
    if (key === "Space" || key === "X") this.turn(picked);
    else markNeed(picked.filter(isHere), key);
    picked.filter((person) => !isHere(person)).forEach((person) => markSaying(person, key));
    this.show();
    return true;
  }

  turn(picked) {
    picked.forEach((person) => setHere(person, !isHere(person)));
    if (this.hasCount) this.came = this.people.length - this.missing.length;
  }

  restart() {
    this.came = null;
    this.typed = "";
    this.picked = new Set();
    if (this.hasCount) this.people.forEach((person) => setHere(person, false));
    this.show();
    return true;
  }

  isReady() {
    const question = this.question();
    this.form.querySelector("[data-ask]").classList.toggle("is-urgent", question !== "");
    return question === "";
  }

  // What still has to be answered before saving; empty when nothing.
  question() {
    if (this.hasCount && this.people.every((person) => !isHere(person))) return "何人でおいでですか（数字）";
    if (this.unpointed > 0) return `来ていないのはどなたですか（番号）　あと${this.unpointed}人`;
    const counted = [...this.form.querySelectorAll("[name=counted]")];
    return counted.length && !counted.some((one) => one.checked) ? ASK_COUNTED : "";
  }

  prompt() {
    const [one] = this.picked;
    if (!one && !this.hasCount && !this.target.contains(document.activeElement)) {
      return "氏名を空けたまま Enter を押すと、ここへ進みます";
    }
    if (!one) return "Enter で受け付けます　（番号で人を選ぶと、急ぎの記号を付けられます）";
    const name = this.picked.size === 1 ? `${calledOf(one)} さん` : "全員";
    return `${name}: ${isHere(one) ? ASK_NEED : ASK_SAYING}`;
  }

  show() {
    for (const person of this.people) {
      const details = person.querySelector("details");
      person.classList.toggle("is-picked", this.picked.has(person));
      person.classList.toggle("is-missing", !isHere(person));
      person.classList.toggle("is-here", isHere(person));
      person.querySelector("[data-notes]").textContent = notesOf(person);
      if (details && !details.contains(document.activeElement)) details.open = this.picked.size === 1 && this.picked.has(person);
    }
    const count = this.form.querySelector("[data-count]");
    if (count) count.textContent = this.typed || String((this.came ?? this.people.length - this.missing.length) || "?");
    this.offerRecord();
    this.ask();
  }

  // One key opens a record: of the person picked, else of the first who has one.
  offerRecord() {
    const links = [...this.form.querySelectorAll("[data-record]")];
    const offered = links.find((link) => this.picked.has(link.closest("[data-person]"))) ?? (this.picked.size ? null : links[0]);
    links.forEach((link) => {
      link.dataset.key = link === offered ? RECORD_KEY : "";
    });
  }

  ask() {
    const place = this.form.querySelector("[data-ask]");
    const [one] = this.picked;
    const isTelling = one && !isHere(one) && this.picked.size === 1;
    const words = isTelling ? this.prompt() : this.question() || this.prompt();
    if (place.textContent !== words) place.textContent = words;
    place.classList.remove("is-urgent");
  }
}

function nameOf(event) {
  if (event.key === "Backspace") return "Backspace";
  return event.code === "Space" ? "Space" : keyOf(event);
}

function calledOf(person) {
  const name = person.querySelector("[data-name]");
  return (name ? name.textContent : person.querySelector("[data-first]").value).trim();
}

function isHere(person) {
  return person.querySelector("[name=came]")?.checked ?? true;
}

function setHere(person, isThere) {
  const box = person.querySelector("[name=came]");
  if (box) box.checked = isThere;
  const unknown = person.querySelector('[data-saying=""]');
  if (isThere && unknown) unknown.checked = true;
}

// One key for several people gives the need to all, and takes it away when all had it.
function markNeed(people, key) {
  const boxes = people.map((person) => person.querySelector(`[data-need="${key}"]`)).filter(Boolean);
  const isWanted = !boxes.every((box) => box.checked);
  boxes.forEach((box) => {
    box.checked = isWanted;
  });
}

function markSaying(person, key) {
  const saying = person.querySelector(`[data-saying="${SAYINGS[key]}"]`);
  if (!saying) return;
  (saying.checked ? person.querySelector('[data-saying=""]') : saying).checked = true;
}

function notesOf(person) {
  const chosen = person.querySelectorAll(isHere(person) ? "[data-need]:checked" : '[data-saying]:checked:not([data-saying=""])');
  return [...chosen].map((one) => one.dataset.label).join("・");
}
