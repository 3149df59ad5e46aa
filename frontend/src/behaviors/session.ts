// Says some minutes before a session ends that it will, and offers to stay. data-session: seconds that are left.
const WARN_S = 180;

export function session(banner: HTMLElement): void {
  const left = Number(banner.dataset["session"]);
  if (!left) return;
  window.setTimeout(() => {
    banner.hidden = false;
  }, Math.max(left - WARN_S, 0) * 1000);
}
