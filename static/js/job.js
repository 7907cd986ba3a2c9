// The progress of one job: asked for each second, and the page loaded anew when it has ended.
import { announce } from "./base.js";

const EVERY = 1000; // ms
const place = document.querySelector("[data-job]");
const bar = place.querySelector("progress");
const words = place.querySelector("[data-job-words]");
let said = "";

async function look() {
  try {
    const answer = await fetch(place.dataset.job, { headers: { Accept: "application/json" } });
    if (!answer.ok) return location.reload(); // logged out, or gone: the page says so
    const job = await answer.json();
    if (!job.is_open) return location.reload();
    show(job);
  } catch {
    words.textContent = "サーバーに届きません。続けて試しています。";
  }
  setTimeout(look, EVERY);
}

function show(job) {
  if (job.total) {
    bar.max = job.total;
    bar.value = job.done;
  }
  words.textContent = job.words;
  const tenth = job.total ? `${Math.floor((job.done / job.total) * 10) * 10}%` : job.label;
  if (tenth !== said) announce((said = tenth));
}

setTimeout(look, EVERY);
