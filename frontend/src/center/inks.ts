// The colors of the map are those of the style sheet: one file names colors, and themes change them.
const NAMES = ["paper", "sheet", "shade", "ink", "stone", "edge", "line", "hatch", "lake", "ochre", "vermilion", "gold", "lotus",
  "wet-0", "wet-1", "wet-2", "wet-3", "wet-4", "wet-5"] as const;

export type Inks = Record<(typeof NAMES)[number], string>;

export function inks(element: HTMLElement): Inks {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Inks;
}
