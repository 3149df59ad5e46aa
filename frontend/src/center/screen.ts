// The open screen: hears what changed, fetches what it shows anew, and moves through time as one.
import { clock } from "./clock";
import { shownExtras } from "./extras";
import { filter } from "./filter";
import type { CityMap, Told } from "./map";
import { asked, follow, lead, NOW, query, type Moment } from "./moment";
import { put } from "./parts";
import { sound } from "./sound";
import { stream } from "./stream";
import { time, type Controls } from "./time";

const RENEW_MS = 30_000; // ages grow and values become old though nothing is heard

export async function screen(root: HTMLElement): Promise<void> {
  const address = root.dataset["screen"] || location.pathname;
  const wall: [string, string][] = root.dataset["wall"] ? [["wall", "1"]] : [];
  const chosen = filter(root, () => void look(moment));
  const kept = (): [string, string][] => [...wall, ...chosen(), ...shownExtras(root)];
  root.addEventListener("change", (event) => {
    if ((event.target as Element).matches("[data-extra]")) mark();
  });
  let moment = asked(root);
  let map: CityMap | null = null;
  let under: AbortController | null = null;
  let wanted = false;
  let unanswered = 0; // at present, whatever moment is shown

  // One fetch at a time; what is asked for meanwhile is fetched once, when it is done.
  async function show(): Promise<void> {
    if (under) {
      wanted = true;
      return;
    }
    under = new AbortController();
    root.dataset["busy"] = "1";
    try {
      do {
        wanted = false;
        await renew(moment);
      } while (wanted);
      lost(root, false);
    } catch {
      lost(root, true); // the next event or the next half minute tries again
    } finally {
      under = null;
      root.dataset["busy"] = "";
    }
  }

  async function renew(shown: Moment): Promise<void> {
    const [page, told] = await Promise.all([
      fetched(address + query(shown, [["part", "1"], ...kept()])).then((answer) => answer.text()),
      map ? fetched(`${root.dataset["situation"]}${query(shown)}`).then((answer) => answer.json() as Promise<Told>) : null,
    ]);
    put(root, page);
    if (!shown.at) unanswered = counted(root);
    if (told) map?.show(told, shown);
    controls?.shown(shown);
    root.dataset["shown"] = shown.at ? shown.at.toISOString() : "now";
  }

  function look(next: Moment): Promise<void> {
    moment = next;
    mark();
    return show();
  }

  // The address, and the links away, keep to the moment and to what was chosen.
  function mark(): void {
    history.replaceState(null, "", address + query(moment, kept()));
    follow(moment);
    const hung = root.querySelector<HTMLAnchorElement>("[data-hung]");
    if (hung) lead(hung, query(NOW, [["wall", "1"], ...shownExtras(root)]));
  }

  const controls: Controls | null = time(root, moment, look);
  hear(root, (kinds) => {
    if (!moment.at && kinds.length) void show();
  });
  document.querySelectorAll<HTMLElement>("[data-clock]").forEach((one) => {
    clock(one, Date.parse(one.dataset["clock"] ?? "") - Date.now() || 0);
  });
  document.querySelectorAll<HTMLButtonElement>("[data-sound]").forEach((button) => {
    sound(button, () => unanswered);
  });
  if (moment.at) void listen();
  else unanswered = counted(root);
  setInterval(() => {
    if (moment.at) void listen();
    else if (document.visibilityState === "visible") void show();
  }, RENEW_MS);

  // Who looks at the past still hears of what nobody has answered at present.
  async function listen(): Promise<void> {
    try {
      const page = await fetched(address + query(NOW, [["part", "1"], ...wall])).then((answer) => answer.text());
      unanswered = counted(new DOMParser().parseFromString(page, "text/html"));
    } catch {
      lost(root, true);
    }
  }

  const frame = root.querySelector<HTMLElement>("[data-map]");
  if (frame) {
    map = await (await import("./map")).cityMap(frame, moment).catch(() => null);
    root.dataset["map"] = map ? "drawn" : "none";
    await show();
  }
}

function counted(page: ParentNode): number {
  return Number(page.querySelector<HTMLElement>("[data-unanswered]")?.dataset["unanswered"] ?? 0);
}

// What cannot be renewed says so, and since when: old figures that look like new ones are worse than none.
function lost(root: HTMLElement, failed: boolean): void {
  root.dataset["failed"] = failed ? "1" : "";
  const said = root.querySelector<HTMLElement>("[data-lost]");
  if (!said) return;
  if (!failed) said.dataset["since"] = new Date().toISOString();
  const since = new Date(said.dataset["since"] ?? root.ownerDocument.lastModified);
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" });
  const words = (said.dataset["lost"] ?? "").replace("{hour}", hour.format(since));
  const text = said.querySelector("span");
  if (failed && text && text.textContent !== words) text.textContent = words;
  said.hidden = !failed;
}

async function fetched(address: string): Promise<Response> {
  const answer = await fetch(address, { headers: { "X-Requested-With": "screen" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer;
}

// The bar says whether the screen hears. A token ends after a quarter of an hour; a new one is fetched.
function hear(root: HTMLElement, changed: (kinds: string[]) => void): void {
  const sign = document.querySelector<HTMLElement>("[data-live-sign]");
  const origin = document.body.dataset["live"];
  const state = (live: boolean): void => {
    if (!sign) return;
    sign.dataset["live"] = String(live);
    const said = sign.querySelector("[data-live-said]");
    const words = (live ? sign.dataset["on"] : sign.dataset["off"]) ?? "";
    if (said && said.textContent !== words) said.textContent = words;
  };
  if (!origin || !root.dataset["token"] || typeof EventSource === "undefined") return state(false);
  stream(origin, root.dataset["token"], {
    changed, state,
    token: async () => (await (await fetched(root.dataset["tokens"] ?? "")).json() as { token: string }).token,
  });
}

export { NOW };
