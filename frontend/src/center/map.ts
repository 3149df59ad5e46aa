// The map: wards by their rain, and what stands in them. No tiles, sprites or glyphs of anybody else; an
// operator may name a style to lie under it. Every point also stands in the list below the map.
import { Map as Drawn, NavigationControl, setWorkerUrl, type GeoJSONSource, type MapGeoJSONFeature } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { LOCALE } from "./locale";
import { fetched } from "./fetched";
import { homing } from "./homing";
import { ACTING, EXTRAS, layers, SHOWN, WARDS } from "./layers";
import type { Moment } from "./moment";
import { draw } from "./signs";
import { side } from "./sides";
import { inks, type Inks } from "./inks";

interface Name { vi: string; en: string }
export interface Ward { code: string; name: Name; value: number | null; level: string; stale: boolean }
export interface Point { id: string; kind: string; name: Name; lon: number | null; lat: number | null; level: string; value: number | null; unit: string; stale: boolean; url: string; state?: string }
export interface Told { wards: Ward[]; points: Point[] }
export interface CityMap { show: (told: Told, moment: Moment) => void }

const SIGNS = ["points", "acting"];
const EMPTY: GeoJSON.FeatureCollection = { type: "FeatureCollection", features: [] };

export async function cityMap(frame: HTMLElement, first: Moment): Promise<CityMap> {
  setWorkerUrl(worker);
  const colors = inks(frame);
  const areas = (await (await fetch(frame.dataset["areas"] ?? "")).json()) as GeoJSON.FeatureCollection;
  const drawn = await made(frame, colors);
  drawn.addSource("wards", { type: "geojson", data: areas, promoteId: "code" });
  drawn.addSource("points", { type: "geojson", data: EMPTY });
  drawn.addSource("acting", { type: "geojson", data: EMPTY });
  draw(drawn, colors);
  layers(colors, steps(frame)).forEach((layer) => drawn.addLayer(layer));
  choices(frame, drawn);
  const extras = fetched(frame, drawn, colors, first);
  speaks(frame, drawn);
  drawn.on("idle", () => (frame.dataset["idle"] = "1"));
  // For who asks the drawn map itself where things came to stand, as the journeys do.
  frame.dispatchEvent(new CustomEvent("city-map", { detail: drawn, bubbles: true }));
  const named = names(drawn);
  const goHome = homing(drawn, areas);
  let before = "";
  return {
    show: (told, moment) => {
      extras(moment);
      const now = JSON.stringify(told);
      if (now === before) return; // a map that shows the same is not drawn anew: not every wall has a graphics card
      before = now;
      show(drawn, told);
      named(told.points.filter(acts));
      goHome(told.wards);
    },
  };
}

async function made(frame: HTMLElement, colors: Inks): Promise<Drawn> {
  const drawn = new Drawn({
    container: frame.querySelector<HTMLElement>("[data-map-canvas]")!,
    style: frame.dataset["style"] || { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": colors.paper } }] },
    center: [105.84, 21.02], zoom: 10, attributionControl: false, dragRotate: false, pitchWithRotate: false,
    cooperativeGestures: false, fadeDuration: 0, locale: { "Map.Title": frame.dataset["label"] ?? "", "NavigationControl.ZoomIn": frame.dataset["nearer"] ?? "", "NavigationControl.ZoomOut": frame.dataset["farther"] ?? "" },
  });
  drawn.touchZoomRotate.disableRotation();
  drawn.keyboard.disableRotation();
  if (!frame.dataset["still"]) drawn.addControl(new NavigationControl({ showCompass: false }), "top-right");
  await new Promise<void>((resolve) => drawn.once("load", () => resolve()));
  return drawn;
}

function show(drawn: Drawn, told: Told): void {
  for (const ward of told.wards) {
    drawn.setFeatureState({ source: "wards", id: ward.code }, { value: ward.value ?? -1, stale: ward.stale });
  }
  put(drawn, "points", told.points.filter((one) => !acts(one)).filter(stands).map(feature));
}

const stands = (one: Point): boolean => one.lon !== null && one.lat !== null;
const acts = (one: Point): boolean => ACTING.includes(one.kind);

function put(drawn: Drawn, source: string, features: GeoJSON.Feature[]): void {
  (drawn.getSource(source) as GeoJSONSource).setData({ type: "FeatureCollection", features });
}

// Incidents and units bear their names beside them, on the side where there is room; they are few.
function names(drawn: Drawn): (points: Point[]) => void {
  let [points, before]: [Point[], string] = [[], ""];
  const place = (): void => {
    const features = points.filter(stands).map(feature);
    for (const one of features) one.properties!["side"] = side(drawn, one);
    const now = JSON.stringify(features);
    if (now !== before) put(drawn, "acting", features);
    before = now;
  };
  drawn.on("moveend", place);
  drawn.on("resize", place);
  return (told) => {
    points = told;
    place();
  };
}

function feature(one: Point): GeoJSON.Feature {
  const state = one.stale ? "stale" : one.level;
  return {
    type: "Feature", geometry: { type: "Point", coordinates: [one.lon as number, one.lat as number] },
    properties: { id: one.id, kind: one.kind, sign: `${one.kind}-${state}`, weight: { high: 3, raised: 2, calm: 1 }[one.level] ?? 0, said: said(one), url: one.url },
  };
}

const said = (one: { name: Name; value: number | null; unit?: string }): string => {
  const language = document.documentElement.lang === "en" ? "en" : "vi";
  if (one.value === null) return one.name[language];
  const value = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 }).format(one.value);
  return `${one.name[language]}: ${value} ${one.unit ?? "mm"}`.trim();
};

function steps(frame: HTMLElement): number[] {
  return (frame.dataset["steps"] ?? "").split(" ").filter(Boolean).map(Number);
}

// Which kinds are shown: the boxes beside the map.
function choices(frame: HTMLElement, drawn: Drawn): void {
  for (const box of frame.querySelectorAll<HTMLInputElement>("input[data-layer]")) {
    const apply = (): void => {
      const names = box.dataset["layer"] === "wards" ? WARDS : [SHOWN(box.dataset["layer"] ?? "")];
      names.forEach((name) => drawn.getLayer(name) && drawn.setLayoutProperty(name, "visibility", box.checked ? "visible" : "none"));
    };
    box.addEventListener("change", apply);
    apply();
  }
}

// What lies under the pointer is said in the line below the map, not in a box over it; a press opens it.
function speaks(frame: HTMLElement, drawn: Drawn): void {
  const line = frame.querySelector<HTMLElement>("[data-map-said]");
  const under = (point: { x: number; y: number }): MapGeoJSONFeature | undefined => {
    const found = drawn.queryRenderedFeatures([[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]]);
    return found.find((one) => SIGNS.includes(one.source)) ?? found.find((one) => EXTRAS.includes(one.source)) ?? found.find((one) => one.source === "wards");
  };
  const words = (one: MapGeoJSONFeature | undefined): string => {
    if (!one) return line?.dataset["hint"] ?? "";
    if (SIGNS.includes(one.source)) return String(one.properties["said"]);
    if (EXTRAS.includes(one.source)) return [one.properties["name"], one.properties["note"]].filter(Boolean).join(" · ");
    const value = Number(one.state["value"] ?? -1);
    return said({ name: { vi: one.properties["name_vi"], en: one.properties["name_en"] }, value: value < 0 ? null : value });
  };
  drawn.on("mousemove", (event) => {
    const one = under(event.point);
    drawn.getCanvas().style.cursor = one?.properties["url"] ? "pointer" : "";
    if (line) line.textContent = words(one);
  });
  drawn.on("click", (event) => {
    const one = under(event.point);
    if (line) line.textContent = words(one);
    if (one?.properties["url"]) location.assign(String(one.properties["url"]));
  });
}
