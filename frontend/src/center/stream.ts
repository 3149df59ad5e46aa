// Hears which kinds of things have changed; says whether it hears, and comes back by itself.
const AGAIN_MS = 3000;
const DEAF_MS = 20_000; // the live process speaks each 15 s, if only to say that it is there

export interface Heard {
  changed: (kinds: string[]) => void;
  state: (live: boolean) => void;
  token: () => Promise<string>;
}

export function stream(origin: string, first: string, heard: Heard): () => void {
  let source: EventSource | null = null;
  let timer = 0;
  let ended = false;

  async function again(): Promise<void> {
    source?.close();
    clearTimeout(timer);
    if (ended) return;
    heard.state(false);
    timer = window.setTimeout(() => void open(), AGAIN_MS);
  }

  async function open(token = ""): Promise<void> {
    try {
      connect(token || (await heard.token()));
    } catch {
      void again();
    }
  }

  function connect(token: string): void {
    source = new EventSource(`${origin}/events?token=${encodeURIComponent(token)}`);
    source.addEventListener("open", () => {
      heard.state(true);
      heard.changed(["all"]); // something may have been missed
      listen();
    });
    source.addEventListener("tick", (event) => {
      listen();
      heard.changed((JSON.parse((event as MessageEvent<string>).data) as { kinds: string[] }).kinds);
    });
    source.addEventListener("here", listen);
    source.addEventListener("resync", () => heard.changed(["all"]));
    source.addEventListener("expired", () => void open());
    source.addEventListener("error", () => void again());
  }

  function listen(): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => void again(), DEAF_MS);
  }

  window.addEventListener("pagehide", () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
  });
  void open(first);
  return () => void again();
}
