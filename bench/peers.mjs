/** First lines of other viewers on the text that the log pane showed, each in a page of its own. */
import { against, median } from './figures.mjs';
import { timeTo } from './pages.mjs';
import { note } from './processes.mjs';

const PATIENCE_MS = 40_000;
/** Stands in the third line of the log. */
const EARLY = '#0000003';
const SHORT = 1_000;
const ROWS = '.log-text';

/** Those that need half a minute are loaded once: no noise is as large as what they are told from. */
const peers = [
  { figure: 'first-lines-1m-virtuoso', viewer: 'virtuoso', rows: ROWS, loads: 3 },
  { figure: 'first-lines-1m-lazylog', viewer: 'lazy-log', rows: '.react-lazylog span', loads: 1 },
  // More lines than that it does not survive.
  { figure: 'first-lines-naive-100k', viewer: 'naive', lines: 100_000, rows: ROWS, loads: 1 },
];

export const peerRows = peers.map(({ figure }) => [figure, 'ms', 1]);

/** `ours`: what the pane needs for 1,000,000 lines, ms. */
export async function besidePeers(fresh, served, ours) {
  const figures = [];
  for (const { figure, viewer, lines, rows, loads } of peers) {
    // One that is broken would be beaten by anybody.
    if ((await fresh((page) => firstRow(page, served.page(viewer, SHORT), rows))) >= PATIENCE_MS)
      throw new Error(`${viewer} does not show ${SHORT} lines`);
    const times = [];
    for (let load = 0; load < loads; load += 1)
      times.push(await fresh((page) => firstRow(page, served.page(viewer, lines), rows)));
    const said = times.map((ms) => (ms < PATIENCE_MS ? `${Math.round(ms)} ms` : 'more than 40 s, given up'));
    note(`  ${viewer}${lines ? ` (${lines} lines)` : ''}: ${said.join(', ')}`);
    figures.push(against(figure, 'ms', ours, median(times), 1));
  }
  return figures;
}

/** ms until a row with the text of an early line has been painted; no more than the patience. */
const firstRow = (page, address, rows) =>
  timeTo(page, address, watchForRow, { rows, text: EARLY }, PATIENCE_MS).catch((error) => {
    if (error.name !== 'NothingShown') throw error;
    return PATIENCE_MS;
  });

/** Runs in the page. */
function watchForRow({ rows, text }) {
  const isThere = () => {
    const found = document.querySelectorAll(rows);
    for (let at = 0; at < Math.min(40, found.length); at += 1) {
      if (!found[at].textContent.includes(text)) continue;
      const { top, bottom } = found[at].getBoundingClientRect();
      if (bottom > 0 && top < innerHeight) return true;
    }
    return false;
  };
  const look = () => {
    if (!isThere()) return void requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => window.benchShown(performance.now()), 0));
  };
  requestAnimationFrame(look);
}
