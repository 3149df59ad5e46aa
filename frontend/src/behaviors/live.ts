// Live updates by server-sent events. Harmless where the live process is away: the page says what it said.
//
// <p role="status" data-live-region="dossier" data-live-token="…"></p> fetches data-live-url again (or the
// page itself) whenever something of its topics has changed, or may have, and shows the same region of the
// answer. Regions of the same topics and address share one stream and one fetch. A token ends after a
// quarter of an hour; then, or when they have been away, pages that somebody looks at fetch a new one.
const TRIES = 3;

export function live(root: ParentNode): void {
  const origin = document.body.dataset["live"];
  if (!origin || typeof EventSource === "undefined") return;
  const groups = new Map<string, HTMLElement[]>();
  for (const region of root.querySelectorAll<HTMLElement>("[data-live-region]")) {
    const token = region.dataset["liveToken"];
    if (!token) continue;
    const key = `${said(token).t} ${region.dataset["liveUrl"] ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), region]);
  }
  for (const regions of groups.values()) listen(origin, regions);
}

// What a token says: its topics, and the second in which it ends.
function said(token: string): { t: string[]; e: number } {
  const body = (token.split(".")[0] ?? "").replace(/-/g, "+").replace(/_/g, "/");
  return JSON.parse(atob(body)) as { t: string[]; e: number };
}

// `renewed` tells that the last stream ended before it began, so that a refusal is not asked for ever.
function listen(origin: string, regions: HTMLElement[], renewed = false): void {
  const token = regions[0]?.dataset["liveToken"] ?? "";
  const source = new EventSource(`${origin}/events?token=${encodeURIComponent(token)}`);
  let failures = 0;
  const again = async (ended: boolean): Promise<void> => {
    source.close();
    await looked(ended && document.visibilityState === "visible");
    if (await renew(regions)) listen(origin, regions, failures > 0);
  };
  for (const name of ["changed", "resync"]) source.addEventListener(name, () => void renew(regions));
  source.addEventListener("open", () => (failures = 0));
  source.addEventListener("expired", () => void again(true));
  source.addEventListener("error", () => {
    failures += 1;
    const refused = source.readyState === EventSource.CLOSED;
    if (refused || failures >= TRIES) void again(refused && !renewed && Date.now() >= said(token).e * 1000);
  });
  window.addEventListener("pagehide", () => source.close());
}

// Resolves when somebody looks at the page, or, when they do not look already, looks at it again.
function looked(already: boolean): Promise<void> {
  if (already) return Promise.resolve();
  return new Promise((resolve) => {
    const change = (): void => {
      if (document.visibilityState !== "visible") return;
      document.removeEventListener("visibilitychange", change);
      resolve();
    };
    document.addEventListener("visibilitychange", change);
  });
}

// Shows what the page says now, and tells whether it came with a token to listen on.
async function renew(regions: HTMLElement[]): Promise<boolean> {
  try {
    const answer = await fetch(regions[0]?.dataset["liveUrl"] || location.href);
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return regions.map((region) => show(region, page)).every(Boolean);
  } catch {
    return false; // The next event tries again.
  }
}

function show(region: HTMLElement, page: Document): boolean {
  const name = CSS.escape(region.dataset["liveRegion"] ?? "");
  const fresh = page.querySelector<HTMLElement>(`[data-live-region="${name}"]`);
  if (!fresh) return false;
  if (fresh.innerHTML !== region.innerHTML) region.replaceChildren(...fresh.childNodes);
  region.dataset["liveToken"] = fresh.dataset["liveToken"];
  return Boolean(fresh.dataset["liveToken"]);
}
