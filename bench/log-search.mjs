/** A search as the page asks for it, any case, beside counting the same word in a Buffer of the same text. */
import { against, median } from './figures.mjs';
import { note } from './processes.mjs';

const SEARCHES = 15;
/** Once in a thousand lines. */
const needle = 'needle';

/** `ask(rest)`: an answer about the log; `plain()`: its text without escape sequences. */
export async function logSearch(ask, plain) {
  const text = await plain();
  const times = { search: [], scan: [] };
  for (let round = -2; round < SEARCHES; round += 1) {
    const scan = timed(() => countIn(text));
    const from = performance.now();
    let total = 0;
    for (let at = 0, complete = false; !complete; ) {
      const found = await ask(`/search?q=${needle}&from=${at}`);
      total += found.total;
      at = found.scanned;
      complete = found.complete;
    }
    const search = performance.now() - from;
    if (total !== scan.result) throw new Error(`found ${total} of ${scan.result}`);
    // The first ones warm up both programs.
    if (round < 0) continue;
    times.search.push(search);
    times.scan.push(scan.ms);
  }
  for (const [what, values] of Object.entries(times))
    note(`  ${what}: ${values.map(Math.round).join(', ')} ms`);
  return against('log-search-1m', 'ms', median(times.search), median(times.scan), 4);
}

function countIn(text) {
  let count = 0;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) count += 1;
  return count;
}

function timed(run) {
  const from = performance.now();
  const result = run();
  return { result, ms: performance.now() - from };
}
