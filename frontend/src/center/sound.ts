// A tone for alerts that nobody has answered. Off until somebody at this screen switches it on, and the
// sign beside it always says which it is.
const KEPT = "dothi.center.sound";
const EACH_MS = 15_000;

export function sound(button: HTMLButtonElement, unanswered: () => number): void {
  let context: AudioContext | null = null;
  let on = false;

  function show(): void {
    button.setAttribute("aria-pressed", String(on));
    const said = button.querySelector("[data-sound-said]");
    if (said) said.textContent = (on ? button.dataset["on"] : button.dataset["off"]) ?? "";
    button.dataset["heard"] = String(on);
  }

  function ring(): void {
    if (!on || !context || unanswered() === 0) return;
    [0, 0.22].forEach((delay, place) => beep(context as AudioContext, delay, place ? 660 : 880));
  }

  // A browser lets sound begin only by a press, so what was on before asks for one more.
  button.addEventListener("click", () => {
    on = !on;
    context ??= new AudioContext();
    void context.resume();
    localStorage.setItem(KEPT, on ? "1" : "0");
    show();
    ring();
  });
  button.hidden = false;
  show();
  setInterval(ring, EACH_MS);
}

function beep(context: AudioContext, delay: number, frequency: number): void {
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  const begins = context.currentTime + delay;
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0.0001, begins);
  volume.gain.exponentialRampToValueAtTime(0.2, begins + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, begins + 0.2);
  tone.connect(volume).connect(context.destination);
  tone.start(begins);
  tone.stop(begins + 0.21);
}
