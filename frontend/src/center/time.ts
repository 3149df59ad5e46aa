// The slider through the past: moves the whole screen, and plays it. Without it the form does the same.
import { LOCALE } from "./locale";
import { NOW, type Moment } from "./moment";

const STEP_MS = 5 * 60_000;
const PACE_MS = 400; // a step of play; slower where the screen takes longer

export interface Controls {
  shown: (moment: Moment) => void;
}

export function time(root: HTMLElement, first: Moment, look: (moment: Moment) => Promise<void>): Controls | null {
  const bar = root.querySelector<HTMLElement>("[data-time]");
  const slider = bar?.querySelector<HTMLInputElement>("[data-slider]");
  if (!bar || !slider) return null;
  const play = bar.querySelector<HTMLButtonElement>("[data-play]");
  const span = bar.querySelector<HTMLSelectElement>("[data-span]");
  const speed = bar.querySelector<HTMLSelectElement>("[data-speed]");
  const said = bar.querySelector<HTMLElement>("[data-slider-said]");
  let moment = first;
  let playing = 0;
  let until = 0;

  function bounds(): void {
    const hours = Number(span?.value ?? 24);
    const end = moment.at && Date.now() - moment.at.getTime() > hours * 3_600_000 ? moment.at.getTime() + hours * 1_800_000 : Date.now();
    until = Math.min(end, Date.now());
    slider!.min = String(-Math.round((hours * 3_600_000) / STEP_MS));
    slider!.max = "0";
    slider!.step = hours > 48 ? String(Math.round(hours / 24)) : "1";
    place();
  }

  function place(): void {
    slider!.value = String(moment.at ? Math.round((moment.at.getTime() - until) / STEP_MS) : 0);
    tell();
  }

  function tell(): void {
    const there = written(at());
    slider!.setAttribute("aria-valuetext", there);
    if (said) said.textContent = there;
  }

  function at(): Date | null {
    const back = Number(slider!.value);
    return back === 0 && until >= Date.now() - STEP_MS ? null : new Date(until + back * STEP_MS);
  }

  function known(): boolean {
    return bar!.querySelector<HTMLInputElement>('[name="known"][value="1"]')?.checked ?? false;
  }

  function move(): Promise<void> {
    const there = at();
    moment = there ? { at: there, known: known() } : NOW;
    return look(moment);
  }

  function stop(): void {
    clearTimeout(playing);
    playing = 0;
    play?.setAttribute("aria-pressed", "false");
  }

  async function step(): Promise<void> {
    const began = performance.now();
    const least = Number(slider!.step); // of a long span a step is wide, and less would be rounded away
    slider!.value = String(Number(slider!.value) + Math.max(least, Number(speed?.value ?? 1)));
    tell();
    await move();
    if (!playing) return;
    if (!moment.at) return stop();
    playing = window.setTimeout(() => void step(), Math.max(0, PACE_MS - (performance.now() - began)));
  }

  slider.addEventListener("input", () => {
    stop();
    tell();
    void move();
  });
  span?.addEventListener("change", bounds);
  bar.querySelectorAll('[name="known"]').forEach((one) => one.addEventListener("change", () => moment.at && void move()));
  play?.addEventListener("click", () => {
    if (playing) return stop();
    if (!moment.at) slider.value = slider.min; // from the beginning of what the slider spans
    play.setAttribute("aria-pressed", "true");
    playing = window.setTimeout(() => void step(), 0);
  });
  root.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-now], a[data-at]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    stop();
    moment = link.dataset["at"] ? { at: new Date(link.dataset["at"]), known: known() } : NOW;
    bounds();
    void look(moment);
  });
  bar.querySelectorAll<HTMLElement>("[data-needs-script]").forEach((one) => (one.hidden = false));
  bounds();
  return { shown: (now) => { if (!now.at && !playing) { until = Date.now(); } } };

  function written(there: Date | null): string {
    if (!there) return bar!.dataset["nowSaid"] ?? "";
    return new Intl.DateTimeFormat(LOCALE, {
      timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", weekday: "short", day: "2-digit", month: "2-digit", year: "numeric",
    }).format(there);
  }
}
