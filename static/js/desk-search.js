// The one box: searches while typing, also in the middle of a composition.

import { holdKeys, isEnter, isOfInputMethod, releaseKeys, showInputMethod } from "./desk-keys.js";
import { put, send } from "./desk-send.js";

const DELAY_MS = 40;

export class Search {
  constructor(form, { hits, open, fail, choose = () => {} }) {
    Object.assign(this, { form, hits, open, fail, choose });
    this.field = form.querySelector("[data-search]");
    this.shown = "";
    this.isOpening = false;
    this.timer = 0;
    this.turn = 0; // only the answer to the newest question is shown
    this.field.addEventListener("input", () => this.soon());
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    form.addEventListener("submit", (event) => event.preventDefault());
    this.hits.addEventListener("click", (event) => this.onClick(event));
    showInputMethod(form.querySelector("[data-input-method]"), this.field);
  }

  get text() {
    return this.field.value.trim();
  }

  soon() {
    this.forgetEnter();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), DELAY_MS);
  }

  async run() {
    const asked = this.text;
    if (asked === this.shown) return;
    if (asked === "") {
      this.hide();
      return;
    }
    this.turn += 1;
    const turn = this.turn;
    const answer = await send(this.form.action, new FormData(this.form));
    if (turn !== this.turn) return;
    if (!answer.isOk || answer.isForeign) {
      this.forgetEnter();
      this.fail(answer, this.form);
      return;
    }
    put(this.hits, answer.fragment("hits"));
    this.shown = asked;
    this.select(0);
    if (this.isOpening) this.openSelected();
  }

  get buttons() {
    return [...this.hits.querySelectorAll("button[data-hit]")];
  }

  select(index) {
    const buttons = this.buttons;
    this.selected = Math.min(Math.max(index, 0), buttons.length - 1);
    buttons.forEach((button, each) => {
      if (each === this.selected) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    buttons[this.selected]?.scrollIntoView({ block: "nearest" });
    this.choose(buttons[this.selected] ?? null);
  }

  onKey(event) {
    if (isOfInputMethod(event)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.select(this.selected + (event.key === "ArrowDown" ? 1 : -1));
    } else if (isEnter(event)) {
      event.preventDefault();
      if (this.text) this.enter();
    } else if (event.key === "Escape") {
      this.clear();
    }
  }

  // Enter may come before the answer: then the first hit opens as soon as it is there, and what is
  // typed meanwhile is for it.
  enter() {
    if (this.shown === this.text) {
      this.openSelected();
    } else {
      this.isOpening = true;
      holdKeys();
      clearTimeout(this.timer);
      this.run();
    }
  }

  openSelected() {
    const button = this.buttons[this.selected];
    if (button) this.open(button);
    this.forgetEnter(button);
  }

  // Keys that were held go to what opens, which lets them go itself; else nobody waits for them.
  forgetEnter(opened = null) {
    if (this.isOpening && !opened) releaseKeys();
    this.isOpening = false;
  }

  onClick(event) {
    const button = event.target.closest("button[data-hit]");
    if (!button) return;
    event.preventDefault();
    this.open(button);
  }

  clear() {
    this.field.value = "";
    this.hide();
  }

  hide() {
    clearTimeout(this.timer);
    this.turn += 1;
    this.shown = "";
    this.forgetEnter();
    put(this.hits, null);
    this.choose(null);
  }

  focus() {
    this.field.focus();
  }
}
