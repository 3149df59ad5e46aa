// Live updates by server-sent events. Harmless where the live process is away: the page says what it said.
//
// <p role="status" data-live-region="dossier" data-live-token="…"></p> fetches data-live-url again (or the
// page itself) whenever something of its topics has changed, or may have, and shows the same region of the
// answer. The token names the topics and ends after a quarter of an hour; so does the listening.
const TRIES = 3;

export function live(region: HTMLElement): void {
  const origin = document.body.dataset["live"];
  const token = region.dataset["liveToken"];
  if (!origin || !token || typeof EventSource === "undefined") return;
  const source = new EventSource(`${origin}/events?token=${encodeURIComponent(token)}`);
  let failures = 0;
  for (const name of ["changed", "resync"]) {
    source.addEventListener(name, () => {
      failures = 0;
      void renew(region);
    });
  }
  source.addEventListener("expired", () => source.close());
  source.addEventListener("error", () => {
    failures += 1;
    if (failures >= TRIES) source.close();
  });
  window.addEventListener("pagehide", () => source.close());
}

async function renew(region: HTMLElement): Promise<void> {
  const name = region.dataset["liveRegion"];
  try {
    const answer = await fetch(region.dataset["liveUrl"] || location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(`[data-live-region="${CSS.escape(name ?? "")}"]`);
    if (fresh && fresh.innerHTML !== region.innerHTML) region.replaceChildren(...fresh.childNodes);
  } catch {
    // The next event tries again.
  }
}
