import { afterEach, describe, expect, test } from 'vitest';
import { type Abilities, clients, controlOf, expectFailure, type Get } from './harness.ts';

export function faults(abilities: Abilities, get: Get): void {
  const control = test.skipIf(!abilities.control);
  const change = () =>
    clients(get()).administrator.changeSecret(get().repo, 'none-of-this-name', { value: 'made up' });
  const read = () => clients(get()).administrator.builds(get().repo, 1, 5);

  describe('faults of the server', () => {
    afterEach(() => {
      if (abilities.control) controlOf(get()).clearFaults();
    });

    control('one bad moment does not show when only reading', async () => {
      for (const kind of ['unavailable', 'refuse', 'error'] as const) {
        controlOf(get()).fault(kind, 1);
        expect((await read()).length).toBeGreaterThan(0);
      }
    });

    control.each([
      ['error', 'ci_error', 'ci_error'],
      ['unavailable', 'ci_error', 'ci_error'],
      ['page', 'ci_answer_unreadable', 'ci_answer_unreadable'],
      ['garbage', 'ci_answer_unreadable', null],
      ['refuse', 'ci_unreachable', 'outcome_uncertain'],
      ['slow', 'ci_timeout', 'outcome_uncertain'],
    ] as const)(
      '%s: %s when reading, %s when changing, which is asked once',
      async (kind, reading, changing) => {
        const world = controlOf(get());
        await read();
        world.fault(kind, 100);
        await expectFailure(read(), reading);
        world.calls();
        if (!changing) return;
        await expectFailure(change(), changing);
        expect(world.calls()).toBe(1);
      },
    );

    control('its own words come along', async () => {
      controlOf(get()).fault('error', 100);
      await expect(read()).rejects.toMatchObject({ facts: { raw: expect.stringContaining('on purpose') } });
    });
  });
}
