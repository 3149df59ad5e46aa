// What the timeline shows: its boxes apply at once. Without JavaScript their form does the same.
export function filter(root: HTMLElement, changed: () => void): () => [string, string][] {
  const boxes = (): HTMLInputElement[] => [...root.querySelectorAll<HTMLInputElement>("[data-filter] input[type=checkbox]")];
  root.querySelectorAll<HTMLElement>("[data-filter] button").forEach((button) => (button.hidden = true));
  root.addEventListener("change", (event) => {
    if ((event.target as Element).closest("[data-filter]")) changed();
  });
  return () => {
    const chosen = boxes().filter((box) => box.checked);
    return chosen.length === boxes().length ? [] : chosen.map((box) => [box.name, box.value]);
  };
}
