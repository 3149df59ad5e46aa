// The moment that the screen shows: the present, or an instant of the past as it was or as it was known.
export interface Moment {
  at: Date | null; // null: now
  known: boolean;
}

export const NOW: Moment = { at: null, known: false };

// The query of an address that shows `moment`; `more` are further parameters.
export function query(moment: Moment, more: [string, string][] = []): string {
  const told = new URLSearchParams(more);
  if (moment.at) {
    told.set("at", moment.at.toISOString());
    if (moment.known) told.set("known", "1");
  }
  const text = told.toString();
  return text ? `?${text}` : "";
}

// Links to other pages of the center lead to the moment that the screen shows.
export function follow(moment: Moment): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-follows] a:not([aria-current])")) lead(link, query(moment));
}

export function lead(link: HTMLAnchorElement, to: string): void {
  link.setAttribute("href", link.pathname + to);
}

// What the page was opened with.
export function asked(element: HTMLElement): Moment {
  const at = element.dataset["at"];
  return at ? { at: new Date(at), known: element.dataset["known"] === "1" } : NOW;
}
