// A form is sent once: a second press within five seconds is ignored. The server is idempotent anyway.
const HOLD_MS = 5000;

export function once(form: HTMLFormElement): void {
  let sentAt = -HOLD_MS;
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.timeStamp - sentAt < HOLD_MS) {
      event.preventDefault();
      return;
    }
    sentAt = event.timeStamp;
    form.setAttribute("aria-busy", "true");
  });
  // What could not be sent may be sent again at once; and coming back by the browser's button shows the
  // page as it was left: open it again.
  form.addEventListener("unsent", release);
  window.addEventListener("pageshow", release);

  function release(): void {
    sentAt = -HOLD_MS;
    form.removeAttribute("aria-busy");
  }
}
