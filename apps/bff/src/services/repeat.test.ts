import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CiBuildEvent } from '../ports/ci-server.ts';
import { aBuild } from '../testing/gated-repo.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { keepListening, repeat } from './repeat.ts';

const turns = async (count = 5) => {
  for (let at = 0; at < count; at++) await setImmediate();
};

function pace() {
  const clock = new ManualClock();
  const ending = new AbortController();
  const errors: unknown[] = [];
  return {
    clock,
    ending,
    errors,
    pace: {
      clock,
      signal: ending.signal,
      ms: 1_000,
      slowestMs: 8_000,
      onError: (e: unknown) => errors.push(e),
    },
  };
}

describe('repeat', () => {
  it('pauses between rounds, and never runs two at once', async () => {
    const { clock, ending, pace: of } = pace();
    let running = 0;
    let rounds = 0;
    const done = repeat(of, async () => {
      expect(++running).toBe(1);
      await clock.sleep(5_000);
      running--;
      rounds++;
    });
    for (let at = 0; at < 4; at++) {
      await turns();
      clock.advance(5_000);
      await turns();
      clock.advance(1_000);
    }
    expect(rounds).toBe(4);
    ending.abort();
    clock.advance(60_000);
    await done;
  });

  it('backs off while it fails, to a limit, and is quick again after the first success', async () => {
    const { clock, ending, errors, pace: of } = pace();
    let failing = true;
    const done = repeat(of, async () => {
      if (failing) throw new Error('down');
    });
    for (let at = 0; at < 6; at++) {
      await turns();
      clock.advance(8_000);
    }
    expect(clock.slept.slice(0, 6)).toEqual([2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
    expect(errors).toHaveLength(6);
    failing = false;
    await turns();
    clock.advance(8_000);
    await turns();
    expect(clock.slept.at(-1)).toBe(1_000);
    ending.abort();
    await done;
  });

  it('ends at once when it is told to, also in a pause', async () => {
    const { ending, pace: of } = pace();
    const done = repeat(of, async () => {});
    await turns();
    ending.abort();
    await done;
  });
});

describe('keepListening', () => {
  const event: CiBuildEvent = { path: 'acme/checkout', forgeRepoId: '11', build: aBuild() };

  it('fetches anew at each connection, passes events on, and comes back after a cut', async () => {
    const { clock, ending, errors, pace: of } = pace();
    let opened = 0;
    const heard: CiBuildEvent[] = [];
    const done = keepListening(
      of,
      async function* () {
        yield { type: 'open' as const };
        yield event;
        throw new Error('cut');
      },
      { opened: async () => void opened++, heard: (one) => void heard.push(one) },
    );
    for (let at = 0; at < 3; at++) {
      await turns();
      clock.advance(8_000);
    }
    await turns();
    expect(opened).toBe(4);
    expect(heard).toHaveLength(4);
    expect(errors).toHaveLength(4);
    ending.abort();
    await done;
  });

  it('is soon back after a cut, however many there were, when it stood for a while', async () => {
    const { clock, ending, pace: of } = pace();
    const done = keepListening(
      of,
      async function* () {
        yield { type: 'open' as const };
        await clock.sleep(60_000);
        throw new Error('cut');
      },
      { opened: async () => {}, heard: () => {} },
    );
    for (let at = 0; at < 5; at++) {
      await turns();
      clock.advance(60_000);
      await turns();
      expect(clock.slept.at(-1)).toBe(1_000);
      clock.advance(1_000);
    }
    ending.abort();
    clock.advance(60_000);
    await done;
  });

  it('does not spin on a stream that ends at once', async () => {
    const { clock, ending, errors, pace: of } = pace();
    const done = keepListening(
      of,
      async function* () {
        yield { type: 'open' as const };
      },
      { opened: async () => {}, heard: () => {} },
    );
    for (let at = 0; at < 4; at++) {
      await turns();
      clock.advance(8_000);
    }
    expect(clock.slept.slice(0, 3)).toEqual([2_000, 4_000, 8_000]);
    expect(errors.length).toBeGreaterThan(2);
    ending.abort();
    await done;
  });
});
