// <div data-again="readings" data-again-ms="1000"> shows the same region of the page anew every so often,
// while somebody looks. The answer says how long to wait for the next; without the region it ends.
export function again(region: HTMLElement): void {
  const name = CSS.escape(region.dataset["again"] ?? "");
  const wait = (): void => void setTimeout(() => void look(), Number(region.dataset["againMs"]) || 5000);
  const look = async (): Promise<void> => {
    if (document.visibilityState === "visible" && !(await shown(region, name))) return;
    wait();
  };
  wait();
}

// Tells whether to go on: an answer that is no page of ours, such as a sign-in, ends it.
async function shown(region: HTMLElement, name: string): Promise<boolean> {
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector<HTMLElement>(`[data-again="${name}"]`);
    if (!fresh) return false;
    region.dataset["againMs"] = fresh.dataset["againMs"];
    if (fresh.innerHTML !== region.innerHTML) region.replaceChildren(...fresh.childNodes);
    return true;
  } catch {
    return true; // the next time may go better
  }
}
