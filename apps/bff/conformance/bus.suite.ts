import { describe, expect, it } from 'vitest';
import type { Bus, BusEvent } from '../src/ports/bus.ts';

export interface BusHarness {
  make(): Promise<Bus>;
  /** Resolves when what was published has reached its listeners. */
  settled(): Promise<void>;
}

const build = (number: number): BusEvent => ({
  type: 'build-changed',
  server: 'ci',
  path: 'acme/checkout',
  number,
});

/** What every implementation of the bus owes. */
export function describeBus(name: string, { make, settled }: BusHarness): void {
  describe(`bus: ${name}`, () => {
    it('brings every event to every listener, in order', async () => {
      const bus = await make();
      const first: BusEvent[] = [];
      const second: BusEvent[] = [];
      bus.subscribe((event) => first.push(event));
      bus.subscribe((event) => second.push(event));
      const all: BusEvent[] = [
        build(1),
        { type: 'session-ended', sessionHash: 'h' },
        { type: 'person-signed-out', forge: 'git', forgeUserId: '2' },
        { type: 'repository-changed', server: 'ci', path: 'acme/checkout' },
      ];
      for (const event of all) bus.publish(event);
      await settled();
      expect(first).toEqual(all);
      expect(second).toEqual(all);
    });

    it('ends one subscription and no other, also of the same function', async () => {
      const bus = await make();
      let heard = 0;
      const listener = () => {
        heard += 1;
      };
      const end = bus.subscribe(listener);
      bus.subscribe(listener);
      bus.publish(build(1));
      await settled();
      expect(heard).toBe(2);
      end();
      end();
      bus.publish(build(2));
      await settled();
      expect(heard).toBe(3);
    });

    it('keeps its order when a listener publishes', async () => {
      const bus = await make();
      bus.subscribe((event) => {
        if (event.type === 'build-changed' && event.number === 1) bus.publish(build(2));
      });
      const heard: number[] = [];
      bus.subscribe((event) => {
        if (event.type === 'build-changed') heard.push(event.number);
      });
      bus.publish(build(1));
      await settled();
      expect(heard).toEqual([1, 2]);
    });

    it('survives a listener that throws and one that leaves while it is told', async () => {
      const bus = await make();
      const heard: string[] = [];
      bus.subscribe(() => {
        throw new Error('a broken listener');
      });
      bus.subscribe(() => {
        leave();
      });
      const leave = bus.subscribe(() => heard.push('left'));
      bus.subscribe(() => heard.push('stays'));
      bus.publish(build(1));
      bus.publish(build(2));
      await settled();
      expect(heard).toEqual(['stays', 'stays']);
    });
  });
}
