// Half-typed forms that gave way to another one: put aside as they stand, and offered again.

import { isTyped } from "./drafts.js";

export class Asides {
  constructor(place, { open, drop }) {
    Object.assign(this, { place, open, drop });
    this.kept = new Map();
  }

  get forms() {
    return [...this.kept.values()].map((one) => one.form);
  }

  /** Put a form and its panel aside when something was typed. */
  take(one) {
    if (one && isTyped(one.form)) this.kept.set(keyOf(one.form), one);
    this.show();
  }

  /** Return what was put aside of the same form, once. */
  give(form) {
    const one = this.kept.get(keyOf(form));
    this.kept.delete(keyOf(form));
    this.show();
    return one;
  }

  show() {
    this.place.replaceChildren(...[...this.kept.values()].map((one) => this.offer(one)));
  }

  offer(one) {
    const line = document.createElement("p");
    line.className = "desk-aside";
    const words = `書きかけ: ${calledOf(one.form)}`;
    line.append(button(`${words} に戻る`, "is-secondary", () => this.open(one.form)), " ");
    line.append(button("捨てる", "is-quiet", () => this.throwAway(one.form)));
    return line;
  }

  throwAway(form) {
    this.give(form);
    this.drop();
  }
}

function button(words, kind, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = `button ${kind}`;
  element.textContent = words;
  element.addEventListener("click", act);
  return element;
}

// The form of one household is another than that of the next.
function keyOf(form) {
  return `${form.action} ${form.elements.household?.value ?? form.dataset.proposal ?? ""}`;
}

function calledOf(form) {
  const typed = form.querySelector("[data-lines] [data-first]")?.value.trim();
  const title = form.querySelector("h2").firstChild.textContent.trim();
  return typed ? `${title}（${typed}）` : title;
}
