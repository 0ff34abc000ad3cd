import type { Arrivals, From } from '../../ports/own-address.ts';

/** Anybody may call: only so many are kept. */
const MOST = 50;

export function createArrivals(): Arrivals {
  const kept = new Map<string, From>();
  return {
    note(word, from) {
      if (word === '') return;
      kept.set(word, { ...from, peer: from.peer.replace(/^::ffff:(?=\d+\.)/i, '') });
      const oldest = kept.keys().next();
      if (kept.size > MOST && !oldest.done) kept.delete(oldest.value);
    },
    take(word) {
      const from = kept.get(word) ?? null;
      kept.delete(word);
      return from;
    },
  };
}
