// Single keys of the desk: j and k move over the rows, "/" searches, "?" explains. Dead inside inputs and
// while an input method composes; switched off in the help, and kept off on this device (WCAG 2.1.4).
const OFF = "dothi.keys.off";
const TYPING = "input, textarea, select, [contenteditable]";

export function keys(help: HTMLDialogElement): void {
  const box = help.querySelector<HTMLInputElement>("[data-keys-on]");
  if (box) {
    box.checked = !off();
    box.addEventListener("change", () => keep(!box.checked));
  }
  document.querySelectorAll<HTMLButtonElement>("[data-keys-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => help.showModal());
  });
  document.addEventListener("keydown", (event) => {
    if (off() || help.open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest(TYPING)) return;
    if (press(event.key, help)) event.preventDefault();
  });
}

function press(key: string, help: HTMLDialogElement): boolean {
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  if (key === "/") return search(help.dataset["search"] ?? "");
  if (key === "?") help.showModal();
  return key === "?";
}

// The focus stands on the link of a row, so that Enter opens it as it opens any link.
function move(by: number): boolean {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-rows] tbody th a")];
  if (!links.length) return false;
  const now = links.findIndex((link) => link === document.activeElement);
  const next = now < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(now + by, 0), links.length - 1);
  links[next]?.focus();
  return true;
}

function search(address: string): boolean {
  const field = document.querySelector<HTMLInputElement>("[data-find]");
  if (field) field.focus();
  else if (address) location.assign(address);
  return true;
}

function off(): boolean {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false; // a browser that keeps nothing: the keys are on
  }
}

function keep(isOff: boolean): void {
  try {
    if (isOff) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // Nothing can be kept here.
  }
}
