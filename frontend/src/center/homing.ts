// What part of the city the map shows: at first all that is known, whatever the size of the frame, until
// the reader moves it.
import type { LngLatBoundsLike, Map as Drawn } from "maplibre-gl";
import type { Ward } from "./map";

export function homing(drawn: Drawn, areas: GeoJSON.FeatureCollection): (wards: Ward[]) => void {
  let bounds: LngLatBoundsLike | null = null;
  let [placed, moved] = [false, false];
  const fit = (): void => {
    if (bounds && !moved) drawn.fitBounds(bounds, { padding: 32, animate: false, maxZoom: 12 });
  };
  drawn.on("movestart", (event) => (moved ||= Boolean(event.originalEvent)));
  drawn.on("resize", fit);
  return (wards) => {
    if (placed) return;
    placed = wards.some((one) => one.value !== null);
    bounds = home(areas, wards);
    fit();
  };
}

// The wards of which something is known; else the whole city.
function home(areas: GeoJSON.FeatureCollection, wards: Ward[]): LngLatBoundsLike | null {
  const known = new Set(wards.filter((one) => one.value !== null).map((one) => one.code));
  const some = areas.features.filter((one) => known.has(String(one.properties?.["code"])));
  const points = (some.length ? some : areas.features).flatMap((one) => flat((one.geometry as GeoJSON.Polygon).coordinates));
  if (!points.length) return null;
  const [lons, lats] = [points.map((one) => one[0]), points.map((one) => one[1])];
  const least = (all: number[]): number => all.reduce((a, b) => Math.min(a, b));
  const most = (all: number[]): number => all.reduce((a, b) => Math.max(a, b));
  return [[least(lons), least(lats)], [most(lons), most(lats)]];
}

function flat(coordinates: unknown): [number, number][] {
  if (!Array.isArray(coordinates)) return [];
  if (typeof coordinates[0] === "number") return [[coordinates[0], coordinates[1] as number]];
  return coordinates.flatMap(flat);
}
