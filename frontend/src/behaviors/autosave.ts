// Saves a draft while it is written: the same form, posted with autosave=1 a moment after a change.
const QUIET_MS = 1500;

export function autosave(form: HTMLFormElement): void {
  const region = form.querySelector<HTMLElement>("[data-saved]");
  let waiting = 0;
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(waiting));

  function later(event: Event): void {
    if (event.target instanceof HTMLInputElement && event.target.type === "file") return;
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void save(form, region), QUIET_MS);
  }
}

async function save(form: HTMLFormElement, region: HTMLElement | null): Promise<void> {
  const body = new FormData(form);
  [...form.querySelectorAll<HTMLInputElement>('input[type="file"]')].forEach((input) => body.delete(input.name));
  body.set("autosave", "1");
  try {
    const answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body, headers: { "X-Requested-With": "autosave" } });
    say(region, answer.ok ? region?.dataset["saved"] : region?.dataset["unsaved"]);
  } catch {
    say(region, region?.dataset["unsaved"]);
  }
}

function say(region: HTMLElement | null, text: string | undefined): void {
  if (!region || !text) return;
  const now = new Date();
  const time = [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
  region.textContent = text.replace("%{time}", time);
}
