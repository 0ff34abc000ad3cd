import type { Arrivals } from '../../ports/own-address.ts';

/** Anybody may call: only so many are kept. */
const MOST = 50;

export function createArrivals(): Arrivals {
  const peers = new Map<string, string>();
  return {
    note(word, peer) {
      if (word === '') return;
      peers.set(word, peer.replace(/^::ffff:(?=\d+\.)/i, ''));
      const oldest = peers.keys().next();
      if (peers.size > MOST && !oldest.done) peers.delete(oldest.value);
    },
    take(word) {
      const peer = peers.get(word) ?? null;
      peers.delete(word);
      return peer;
    },
  };
}
