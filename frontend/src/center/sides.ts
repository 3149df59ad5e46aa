// On which side of its sign a name stands: to the right, unless the edge of the map would cut it there.
import type { Map as Drawn } from "maplibre-gl";
import { SCALE } from "./layers";

const LETTER = 7.2 * SCALE; // pixels; names are set in letters of twelve
const LONGEST = 120 * SCALE; // what is longer is broken into lines: ten em, as MapLibre has it by default
const GAP = 14 * SCALE;

// Which edge of the name touches the sign, as `text-anchor` has it.
export function side(drawn: Drawn, one: GeoJSON.Feature): "left" | "right" {
  const { x } = drawn.project((one.geometry as GeoJSON.Point).coordinates as [number, number]);
  const width = drawn.getContainer().clientWidth;
  const needed = GAP + Math.min(String(one.properties?.["said"]).length * LETTER, LONGEST);
  return x + needed > width && x > width / 2 ? "right" : "left";
}
