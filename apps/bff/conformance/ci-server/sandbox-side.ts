import { setImmediate } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox/src/index.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { CiServerHarness, Control } from './harness.ts';
import { sandboxFaults } from './sandbox-faults.ts';

/** How an adapter before the sandbox waits: not long, but longer than a busy machine takes, and through any number of faults. */
export const impatient = {
  clock: systemClock,
  random: () => 0,
  limits: { headersMs: 1_500, totalMs: 4_000, breakerFailures: 1_000 },
} as const;

/** What every face of the sandbox is to the suite: time that goes by only when the suite waits, faults, and its calls. */
export function sandboxSide(
  { control }: Sandbox,
  face: string,
): Pick<CiServerHarness, 'pause' | 'during'> & {
  faults: Pick<Control, 'fault' | 'clearFaults' | 'cutStreams' | 'calls'>;
} {
  async function pause(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      control.setClock({ advance: Math.min(50, left) });
      await setImmediate();
      await setImmediate();
    }
  }
  let asked = 0;
  return {
    pause,
    async during(work) {
      const state = { settled: false };
      const settle = () => {
        state.settled = true;
      };
      work.then(settle, settle);
      while (!state.settled) await pause(50);
      return work;
    },
    faults: {
      fault: (kind, times) => void control.addFault({ face, ...sandboxFaults[kind], times }),
      clearFaults: () => control.clearFaults(),
      cutStreams: () => void control.cutStreams({ server: face }),
      calls: () => {
        const all = control.parts.calls.list({ face }).length;
        const since = all - asked;
        asked = all;
        return since;
      },
    },
  };
}
