// The pictures of a card go to the server ten at a time, so that a whole card fits; then its job starts.
import { announce } from "./base.js";

const AT_ONCE = 10;
const form = document.querySelector("[data-camera-card]");
const input = form.elements.photos;
const place = form.querySelector("[data-camera-progress]");
const bar = place.querySelector("progress");
const words = place.querySelector("p");

form.addEventListener("submit", (event) => {
  if (input.files.length <= AT_ONCE) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  bring([...input.files].sort((one, other) => one.name.localeCompare(other.name)));
});

async function bring(files) {
  place.hidden = false;
  bar.max = files.length;
  for (let done = 0; done < files.length; done += AT_ONCE) {
    if (!(await send(files.slice(done, done + AT_ONCE)))) return fail();
    bar.value = Math.min(done + AT_ONCE, files.length);
    words.textContent = `${bar.value}枚を送りました(${files.length}枚のうち)。`;
  }
  announce(words.textContent);
  input.value = "";
  form.submit();
}

async function send(files) {
  const data = new FormData(form);
  data.delete("photos");
  data.set("more", "1");
  files.forEach((file) => data.append("photos", file));
  try {
    return (await fetch(form.action, { method: "POST", body: data })).status === 204;
  } catch {
    return false;
  }
}

function fail() {
  words.textContent = "送れませんでした。カードを確かめて、もう一度「取り込む」を押してください。送れた写真は増えません。";
  announce(words.textContent);
}
