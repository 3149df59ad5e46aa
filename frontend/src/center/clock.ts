// The hour in the bar, in the city's own zone, wherever the reader's device thinks it is.
import { LOCALE } from "./locale";

const ZONE = "Asia/Ho_Chi_Minh";

export function clock(element: HTMLElement, shift: number): void {
  const written = new Intl.DateTimeFormat(LOCALE, {
    timeZone: ZONE, weekday: "long", day: "2-digit", month: "2-digit", year: "numeric",
  });
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
  const tick = (): void => {
    const now = new Date(Date.now() + shift);
    const [time, day] = [hour.format(now), written.format(now)];
    const [first, second] = element.children;
    if (first && first.textContent !== time) first.textContent = time;
    if (second && second.textContent !== day) second.textContent = day;
  };
  tick();
  setInterval(tick, 1000);
}
