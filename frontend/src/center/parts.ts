// Puts anew what of the page changes with the moment: elements that bear the same data-part.
import { start } from "../start";

// Rows that somebody reads, writes into or has unfolded stay as they are until they are left.
function busy(part: Element): boolean {
  return part.contains(document.activeElement) && document.activeElement?.matches("input, select, textarea") === true;
}

export function put(root: HTMLElement, text: string): void {
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const fresh of page.querySelectorAll<HTMLElement>("[data-part]")) {
    const old = root.querySelector<HTMLElement>(`[data-part="${CSS.escape(fresh.dataset["part"] ?? "")}"]`);
    if (!old || busy(old) || old.innerHTML === fresh.innerHTML) continue;
    const places = scrolled(old);
    const open = opened(old);
    old.replaceChildren(...fresh.childNodes);
    places.forEach(([selector, top]) => old.querySelector(selector)?.scrollTo({ top }));
    open.forEach((id) => old.querySelector(`details#${CSS.escape(id)}`)?.setAttribute("open", ""));
    start(old);
  }
}

function scrolled(part: Element): [string, number][] {
  return [...part.querySelectorAll("[data-scroll]")]
    .filter((one) => one.scrollTop > 0)
    .map((one) => [`[data-scroll="${one.getAttribute("data-scroll")}"]`, one.scrollTop]);
}

function opened(part: Element): string[] {
  return [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
}
