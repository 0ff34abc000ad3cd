const mark = 'flightdeck.reloaded';

/** Loads the page anew, at most once a minute: for a part of an older build that is gone from the console. */
export function reloadOnce(): void {
  try {
    const last = Number(sessionStorage.getItem(mark) ?? 0);
    if (Date.now() - last < 60_000) return;
    sessionStorage.setItem(mark, String(Date.now()));
  } catch {
    return;
  }
  window.location.reload();
}
