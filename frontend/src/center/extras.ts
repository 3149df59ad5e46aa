// Which layers are shown beside the moment's own. A wall has no boxes: what its address asks for is shown.
export const isShown = (one: Element): boolean => !(one instanceof HTMLInputElement) || one.checked;

export function shownExtras(root: HTMLElement): [string, string][] {
  const all = [...root.querySelectorAll<HTMLElement>("[data-extra][data-url]")];
  return all.filter(isShown).map((one) => ["layer", one.dataset["extra"] ?? ""]);
}
