// Layers that are fetched only when somebody wants to see them: thousands of stops and lines, which follow
// the moment that the screen shows. An answer says between which moments it holds, so play fetches few.
import type { GeoJSONSource, Map as Drawn } from "maplibre-gl";
import { isShown } from "./extras";
import type { Inks } from "./inks";
import { extra, NAMES } from "./layers";
import { query, type Moment } from "./moment";

interface Layer extends GeoJSON.FeatureCollection { since: string | null; until: string | null }
interface Held { of: Moment; data: Layer }

// The present holds for each later moment than its last change, as it was and as it was known.
function holds(held: Held | null, moment: Moment): boolean {
  if (!held || !moment.at) return !!held && !held.of.at;
  const { since, until } = held.data;
  const from = since ? Date.parse(since) : held.of.at ? -Infinity : Infinity;
  const same = !held.of.at || held.of.known === moment.known;
  return same && from <= moment.at.getTime() && moment.at.getTime() < (until ? Date.parse(until) : Infinity);
}

export function fetched(frame: HTMLElement, drawn: Drawn, colors: Inks, first: Moment): (moment: Moment) => void {
  frame.querySelectorAll<HTMLElement>("[data-needs-script]").forEach((one) => (one.hidden = false));
  const line = frame.querySelector<HTMLElement>("[data-map-said]");
  const boxes = [...frame.querySelectorAll<HTMLElement>("[data-extra]")];
  const empty = new Map<HTMLElement, string>();
  let moment = first;

  const renew = boxes.map((box) => {
    const kind = box.dataset["extra"] ?? "";
    let held: Held | null = null;
    let coming: Promise<void> | null = null;

    // One fetch at a time; what the moment has become meanwhile is fetched once, when it is done.
    const come = async (): Promise<void> => {
      while (isShown(box) && !holds(held, moment)) {
        const of = moment;
        held = { of, data: await told((box.dataset["url"] ?? "") + query(of)) };
        put(drawn, kind, colors, held.data);
      }
    };
    const shown = (): void => {
      for (const { id } of extra(kind, colors)) {
        if (drawn.getLayer(id)) drawn.setLayoutProperty(id, "visibility", isShown(box) ? "visible" : "none");
      }
      empty.delete(box);
      if (isShown(box) && held && !held.data.features.length) empty.set(box, (box.closest("label") ?? box).textContent?.trim() ?? "");
      lack(frame, [...empty.values()], moment);
      frame.dataset["extra"] = `${kind} ${isShown(box)}`;
    };
    const failed = (): void => {
      if (box instanceof HTMLInputElement) box.checked = false;
      if (line) line.textContent = line.dataset["lost"] ?? "";
    };
    const apply = (): void => {
      coming ??= come().catch(failed).finally(() => {
        coming = null;
        shown();
      });
    };
    box.addEventListener("change", apply);
    if (isShown(box)) apply();
    return apply;
  });
  return (now) => {
    moment = now;
    renew.forEach((apply, place) => boxes[place] && isShown(boxes[place]) && apply());
  };
}

async function told(address: string): Promise<Layer> {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return (await answer.json()) as Layer;
}

function put(drawn: Drawn, kind: string, colors: Inks, data: Layer): void {
  const source = drawn.getSource(kind);
  if (source) return void (source as GeoJSONSource).setData(data);
  drawn.addSource(kind, { type: "geojson", data });
  const above = drawn.getLayer("stops") ? "stops" : NAMES; // lines never hide the stops
  extra(kind, colors).forEach((layer) => drawn.addLayer(layer, above));
}

// What is switched on and has nothing to draw says so, or it would look like a map that is not done.
function lack(frame: HTMLElement, names: string[], moment: Moment): void {
  const said = frame.querySelector<HTMLElement>("[data-lacks]");
  if (!said) return;
  const words = (moment.at ? said.dataset["lacks"] : said.dataset["lacksEver"]) ?? "";
  said.textContent = names.length ? words.replace("{layers}", names.join(", ")) : "";
}
