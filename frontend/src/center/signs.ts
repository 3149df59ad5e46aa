// The signs of the map, drawn here: a shape for each kind, so that no color speaks alone.
import type { Map as Drawn } from "maplibre-gl";
import type { Inks } from "./inks";

export const FONT = ["Be Vietnam Pro"];
const SIDE = 28;
const RATIO = 2;
type Pen = CanvasRenderingContext2D;

export function draw(map: Drawn, inks: Inks): void {
  const colors: Record<string, string> = { unknown: inks.stone, calm: inks.lake, raised: inks.ochre, high: inks.vermilion, stale: inks.edge };
  for (const [kind, shape] of Object.entries(SHAPES)) {
    for (const [state, color] of Object.entries(colors)) {
      map.addImage(`${kind}-${state}`, sign(shape, color, inks.paper, state === "stale"), { pixelRatio: RATIO });
    }
  }
  map.addImage("unknown", hatch(inks), { pixelRatio: RATIO });
}

function sign(shape: (pen: Pen) => void, color: string, ground: string, hollow: boolean): ImageData {
  const pen = canvas(SIDE);
  pen.translate(SIDE / 2, SIDE / 2);
  pen.lineJoin = "round";
  pen.beginPath();
  shape(pen);
  pen.lineWidth = 4;
  pen.strokeStyle = ground;
  pen.stroke();
  pen.fillStyle = hollow ? ground : color;
  pen.fill();
  pen.lineWidth = 1.6;
  pen.strokeStyle = color;
  pen.stroke();
  return pen.getImageData(0, 0, SIDE * RATIO, SIDE * RATIO);
}

const corners = (pen: Pen, ...points: [number, number][]): void => {
  points.forEach(([x, y], place) => (place ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
};

const SHAPES: Record<string, (pen: Pen) => void> = {
  sensor: (pen) => pen.arc(0, 0, 4.5, 0, 2 * Math.PI),
  water: (pen) => {
    pen.moveTo(0, -9);
    pen.bezierCurveTo(6, -1, 7, 1, 6, 4);
    pen.bezierCurveTo(4, 9, -4, 9, -6, 4);
    pen.bezierCurveTo(-7, 1, -6, -1, 0, -9);
  },
  flood: (pen) => corners(pen, [0, -8], [8.5, 7], [-8.5, 7]),
  hospital: (pen) => corners(pen, [-2.2, -7], [2.2, -7], [2.2, -2.2], [7, -2.2], [7, 2.2], [2.2, 2.2], [2.2, 7], [-2.2, 7], [-2.2, 2.2], [-7, 2.2], [-7, -2.2], [-2.2, -2.2]),
  incident: (pen) => corners(pen, [-4, -9], [4, -9], [9, -4], [9, 4], [4, 9], [-4, 9], [-9, 4], [-9, -4]),
  unit: (pen) => corners(pen, [0, -9], [9, 0], [0, 9], [-9, 0]),
};

// Wards of which nothing is known are hatched: no rain and no news are not the same.
function hatch(inks: Inks): ImageData {
  const side = 8;
  const pen = canvas(side);
  pen.strokeStyle = inks.hatch;
  pen.lineWidth = 1;
  pen.beginPath();
  [-side, 0, side].forEach((from) => {
    pen.moveTo(from, side);
    pen.lineTo(from + side, 0);
  });
  pen.stroke();
  return pen.getImageData(0, 0, side * RATIO, side * RATIO);
}

function canvas(side: number): Pen {
  const element = document.createElement("canvas");
  element.width = element.height = side * RATIO;
  const pen = element.getContext("2d") as Pen;
  pen.scale(RATIO, RATIO);
  return pen;
}
