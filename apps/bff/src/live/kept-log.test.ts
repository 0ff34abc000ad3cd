import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../adapters/bus/in-process.ts';
import type { LogFiles } from '../ports/log-files.ts';
import { fullAfter, LogFolder } from '../testing/log-folder.ts';
import { createLogStore } from './create-log-store.ts';
import { silentMeter } from './live-meter.ts';
import { type LogHold, LogHub } from './log-hub.ts';
import { ScriptedStep } from './testing/scripted-step.ts';
import { patterns, scriptedServer } from './testing/stores.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

const address = { server: 'ci', forgeRepoId: '1', path: 'a/b', ref: { number: 7, stage: 1, step: 2 } };

let folder: LogFolder;
let clock: VirtualClock;
let step: ScriptedStep;
const hubs: LogHub[] = [];

beforeEach(() => {
  folder = new LogFolder();
  clock = new VirtualClock();
  step = new ScriptedStep();
  step.print(Array.from({ length: 3_000 }, (_, pos) => ({ pos, out: `line ${pos}\n`, time: 0 })));
  step.finish('success', clock.now() - 3_600_000);
  step.storedBatch = 100;
});
afterEach(() => {
  for (const hub of hubs.splice(0)) hub.close();
  folder.end();
});

/** A console that was just started. */
function open(options: { cap?: number; files?: LogFiles } = {}): LogHold {
  const hub = new LogHub({
    ...{ bus: createInProcessBus(), clock, random: () => 0.5, meter: silentMeter },
    store: createLogStore({ now: clock.now, patterns, disk: folder.engine({ ...options, clock }) }),
    ...{ cacheBytes: 1_000_000, graceMs: 30_000 },
  });
  hubs.push(hub);
  return hub.hold(address, step.client, scriptedServer);
}

/** Real time for the disk, made time for pauses. */
const whole = (hold: LogHold) =>
  expect
    .poll(
      async () => {
        await clock.advance(100);
        return hold.session.indexed;
      },
      { timeout: 10_000 },
    )
    .toBe(true);

async function lines({ session }: LogHold): Promise<string[]> {
  return (await session.text?.read(0, 1_000_000))?.map(({ line }) => line.text) ?? [];
}
const expected = Array.from({ length: 3_000 }, (_, pos) => `line ${pos}`);

describe('a log that was kept', () => {
  it('is read from the CI server once, and only looked for there after a restart', async () => {
    const first = open();
    await whole(first);
    expect(await lines(first)).toEqual(expected);
    const second = open();
    await whole(second);
    expect(await lines(second)).toEqual(expected);
    expect(second.session.summary()).toEqual(first.session.summary());
    await expect.poll(() => step.calls.stored, { timeout: 10_000 }).toBe(2);
  });

  it('is shown no longer once somebody has deleted it on the CI server', async () => {
    await whole(open());
    step.storedAbsent = 1_000;
    const hold = open();
    await expect
      .poll(
        async () => {
          await clock.advance(1_000);
          return hold.session.state;
        },
        { timeout: 10_000 },
      )
      .toBe('absent');
    expect(hold.session.text).toBeNull();
    step.storedAbsent = 0;
    expect(
      await folder.engine().find({ address, format: 'plain', startedAt: 1, finishedAt: 2 }, () => {}),
    ).toBeNull();
  });

  it('is forgotten by those who have it open already, when somebody looks at it later', async () => {
    const hold = open();
    await whole(hold);
    const [file] = await folder.disk.list();
    step.storedAbsent = 1_000;
    const again = () => hubs[0]?.hold(address, step.client, scriptedServer);
    again()?.release();
    expect(hold.session.state).toBe('complete');
    await clock.advance(61_000);
    again()?.release();
    await expect
      .poll(
        async () => {
          await clock.advance(1_000);
          return hold.session.state;
        },
        { timeout: 10_000 },
      )
      .toBe('absent');
    expect(hold.session.text).toBeNull();
    const names = async () => (await folder.disk.list()).map(({ name }) => name);
    await expect.poll(names, { timeout: 10_000 }).not.toContain(file?.name);
  });

  it('is another one when the step has run again under its number', async () => {
    const hold = open();
    await whole(hold);
    const asked = step.calls.stored;
    await clock.advance(61_000);
    step.finish('success', clock.now() - 1_000);
    step.storedAbsent = 0;
    hubs[0]?.hold(address, step.client, scriptedServer).release();
    await expect.poll(() => step.calls.stored, { timeout: 10_000 }).toBeGreaterThan(asked);
    await whole(hold);
  });

  it('is read anew when it begins elsewhere by now', async () => {
    await whole(open());
    step.printed = step.printed.slice(1_000);
    const hold = open();
    await expect
      .poll(async () => {
        await clock.advance(1_000);
        return hold.session.indexed && hold.session.summary().lines;
      })
      .toBe(2_000);
    expect(hold.session.summary()).toMatchObject({ state: 'truncated', firstPos: 1_000 });
  });

  it('is shown while the CI server cannot say whether it still has it', async () => {
    await whole(open());
    const stored = step.client.storedLog;
    step.client.storedLog = () => {
      throw new Error('down');
    };
    const hold = open();
    await whole(hold);
    await clock.advance(60_000);
    expect(await lines(hold)).toEqual(expected);
    step.client.storedLog = stored;
  });
});

describe('no room on disk', () => {
  it.each([0, 20_000, 45_000, 60_000])(
    'a log of which %i bytes were written is shown from memory, whole',
    async (after) => {
      const hold = open({ files: fullAfter(folder.disk, after) });
      await whole(hold);
      expect(await lines(hold)).toEqual(expected);
      expect(hold.session.state).toBe('complete');
    },
  );

  it('the folder’s size is kept to', async () => {
    const hold = open({ cap: 30_000 });
    await whole(hold);
    expect(await lines(hold)).toEqual(expected);
  });
});
