// The layers of the map, from the ground up.
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Inks } from "./inks";
import { FONT } from "./signs";

export const SHOWN = (kind: string): string => `points-${kind}`;
export const WARDS = ["ward-fill", "ward-unknown"];
export const NAMES = "ward-name"; // below it lies the ground, above it what is told of the moment
export const EXTRAS = ["stops", "routes", "waters"];
const KINDS = ["hospital", "sensor", "water", "flood", "unit", "incident"]; // the gravest on top
export const ACTING = ["unit", "incident"]; // a source of their own: their names change sides

export function layers(inks: Inks, steps: number[]): LayerSpecification[] {
  return [
    { id: "ward-ground", type: "fill", source: "wards", paint: { "fill-color": inks.sheet } },
    { id: "ward-unknown", type: "fill", source: "wards", paint: { "fill-pattern": "unknown" } },
    { id: "ward-fill", type: "fill", source: "wards", paint: { "fill-color": wet(inks, steps), "fill-opacity": known() } },
    { id: "ward-line", type: "line", source: "wards", paint: { "line-color": inks.edge, "line-opacity": 0.55, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 13, 1.4] } },
    name(inks),
    ...KINDS.map((kind) => points(kind, inks)),
  ];
}

// What is drawn of a layer that was fetched: places small, lines thin, for the moment is what counts.
export function extra(kind: string, inks: Inks): LayerSpecification[] {
  switch (kind) {
    case "stops":
      return [{ id: kind, type: "circle", source: kind, paint: { "circle-color": inks.stone, "circle-stroke-color": inks.paper, "circle-stroke-width": 0.8, "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 1.1 * SCALE, 12, 2.2 * SCALE, 15, 5 * SCALE] } }];
    case "routes":
      return [{ id: kind, type: "line", source: kind, paint: { "line-color": inks.lotus, "line-opacity": 0.28, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.6 * SCALE, 14, 2 * SCALE] } }];
    default:
      return [
        { id: `${kind}-area`, type: "fill", source: kind, filter: ["in", ["geometry-type"], ["literal", ["Polygon", "MultiPolygon"]]], paint: { "fill-color": inks.lake, "fill-opacity": 0.35 } },
        { id: kind, type: "line", source: kind, paint: { "line-color": inks.lake, "line-width": ["interpolate", ["linear"], ["zoom"], 9, SCALE, 14, 3 * SCALE] } },
      ];
  }
}

// The map grows with the letters of its page: on a wall, and for who reads large ones.
export const SCALE = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 || 1;

const VALUE: ExpressionSpecification = ["coalesce", ["feature-state", "value"], -1];

function known(): ExpressionSpecification {
  return ["case", ["<", VALUE, 0], 0, ["boolean", ["feature-state", "stale"], false], 0.35, 1];
}

function wet(inks: Inks, steps: number[]): ExpressionSpecification {
  const ramp = [inks["wet-1"], inks["wet-2"], inks["wet-3"], inks["wet-4"], inks["wet-5"]];
  return ["step", VALUE, inks["wet-0"], ...steps.flatMap((from, place) => [from, ramp[place] ?? inks["wet-5"]])] as ExpressionSpecification;
}

function name(inks: Inks): LayerSpecification {
  return {
    id: NAMES, type: "symbol", source: "wards", minzoom: 10.5,
    layout: { "text-field": ["get", document.documentElement.lang === "en" ? "name_en" : "name_vi"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 10.5, 11 * SCALE, 14, 15 * SCALE], "text-max-width": 7, "text-padding": 4, "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-radial-offset": 0.9 },
    paint: { "text-color": inks.ink, "text-halo-color": inks.paper, "text-halo-width": 1.4 * SCALE },
  };
}

function points(kind: string, inks: Inks): LayerSpecification {
  return {
    id: SHOWN(kind), type: "symbol", source: ACTING.includes(kind) ? "acting" : "points", filter: ["==", ["get", "kind"], kind],
    layout: {
      // Every sign is drawn, and names of wards, which are placed after it, make way: under a sign none is read.
      "icon-image": ["get", "sign"], "icon-allow-overlap": true, "icon-ignore-placement": false, "icon-padding": 0,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 8, 0.55 * SCALE, 11, 0.8 * SCALE, 14, 1.1 * SCALE],
      "symbol-sort-key": ["get", "weight"],
      ...(ACTING.includes(kind) ? { "text-field": ["get", "said"], "text-font": FONT, "text-size": 12 * SCALE, "text-anchor": ["get", "side"], "text-offset": ["case", ["==", ["get", "side"], "right"], ["literal", [-1.1, 0]], ["literal", [1.1, 0]]], "text-optional": true } as const : {}),
    },
    paint: { "text-color": inks.ink, "text-halo-color": inks.paper, "text-halo-width": 1.6 * SCALE },
  };
}
