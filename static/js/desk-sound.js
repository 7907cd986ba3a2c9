// A low short sound for saved, two falling ones for not saved; a button keeps them silent.

const KEPT = "desk-silent";
let context = null;

export function play(isGood) {
  if (localStorage.getItem(KEPT)) return;
  context ??= new AudioContext();
  if (isGood) tone(392, 0);
  else [330, 220].forEach((pitch, index) => tone(pitch, index * 0.18));
}

export function offerSilence(button) {
  if (!button) return;
  const show = () => button.setAttribute("aria-pressed", String(!localStorage.getItem(KEPT)));
  button.hidden = false;
  button.addEventListener("click", () => {
    if (localStorage.getItem(KEPT)) localStorage.removeItem(KEPT);
    else localStorage.setItem(KEPT, "1");
    show();
  });
  show();
}

function tone(pitch, delay) {
  const start = context.currentTime + delay;
  const sound = new OscillatorNode(context, { frequency: pitch });
  const volume = new GainNode(context, { gain: 0.15 });
  volume.gain.exponentialRampToValueAtTime(0.001, start + 0.16);
  sound.connect(volume).connect(context.destination);
  sound.start(start);
  sound.stop(start + 0.16);
}
