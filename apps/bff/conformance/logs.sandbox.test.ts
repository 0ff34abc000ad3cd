import type { StepRef } from '@flightdeck/api-client/model';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/src/index.ts';
import { createInProcessBus } from '../src/adapters/bus/in-process.ts';
import { createDrone } from '../src/adapters/ci/drone/adapter.ts';
import { silentMeter } from '../src/live/live-meter.ts';
import { LogHub } from '../src/live/log-hub.ts';
import type { LogSession } from '../src/live/log-session.ts';
import { naiveLines } from '../src/live/testing/reference-lines.ts';
import { memoryStore } from '../src/live/testing/stores.ts';
import { systemClock } from '../src/ports/clock.ts';

const repo = 'oss/tinyqueue';
const talk = [
  'kind: pipeline',
  'type: exec',
  'name: default',
  'steps: [{name: talk, commands: [sandbox-hold talk]}]',
  '',
];
const ref = (number: number): StepRef => ({ number, stage: 1, step: 2 });

let sandbox: Sandbox;
let hub: LogHub;
beforeAll(async () => {
  // The runner sends once a second: a faster world keeps the waits short.
  sandbox = await startSandbox({ rate: 20 });
  hub = new LogHub({
    bus: createInProcessBus(),
    // The console lives in the world's time, but its own waits are real ones.
    clock: { now: () => sandbox.world.clock.now(), sleep: systemClock.sleep },
    random: Math.random,
    store: memoryStore(Date.now),
    meter: silentMeter,
    cacheBytes: 64 * 1024 * 1024,
    graceMs: 100,
  });
});
afterAll(async () => {
  hub.close();
  await sandbox.stop();
});

function hold(path: string, step: StepRef) {
  const server = createDrone({
    id: 'drone',
    name: 'Sandbox',
    publicUrl: sandbox.urls.drone,
    internalUrl: sandbox.urls.drone,
    forge: 'gitea',
    oneClickLink: false,
    clock: systemClock,
    random: () => 0,
    limits: { breakerFailures: 1_000 },
  });
  const address = { server: 'drone', forgeRepoId: path, path, ref: step };
  return hub.hold(address, server.as(sandbox.serviceToken), {
    limitBytes: server.declaration.logLimitBytes,
    limitKeeps: server.declaration.logLimitKeeps ?? 'last',
    format: server.logFormat,
    liveHistory: server.declaration.liveHistory,
    storesEarly: server.declaration.capabilities.includes('log-while-running'),
  });
}

async function shown(session: LogSession) {
  const text = session.text;
  return ((await text?.read(0, text.lines)) ?? []).map(({ line: { pos, text: words } }) => ({
    pos,
    text: words,
  }));
}

/** A build whose second step waits for the test's words. */
async function talkingStep() {
  const { build } = sandbox.control.push({
    repo,
    author: 'carol',
    message: 'Talk',
    files: { '.drone.yml': talk.join('\n') },
  });
  if (build === null) throw new Error('no build');
  const { control } = sandbox;
  const at = { repo, build, stage: 1, step: 2 };
  await until(() => expect(control.printed(at).held).toBe('talk'));
  return { at, print: (text: string) => control.print(at, text), printed: () => control.printed(at) };
}

const until = (condition: () => void | Promise<void>) =>
  vi.waitFor(condition, { timeout: 15_000, interval: 20 });

describe('logs of the sandbox’s Drone', () => {
  it('lose and double nothing, wherever the stream is cut, and end as the stored log', async () => {
    const { at, print, printed } = await talkingStep();
    const { session, release } = hold(repo, ref(at.build));
    let line = 0;
    for (let round = 0; round < 25; round++) {
      // Whole lines, halves, redraws and escapes cut in two.
      for (const part of [
        `line ${line++}\nline ${line++}\n`,
        '\u001b[3',
        '2mgreen\u001b[0m half',
        ' rest\n',
        '10%\r20%\r',
      ])
        if (Math.random() < 0.7) print(part);
      if (Math.random() < 0.5) sandbox.control.cutStreams({ kind: 'log' });
      if (Math.random() < 0.3)
        await until(async () => expect(await shown(session)).toEqual(naiveLines(printed().records)));
    }
    print('the end\n');
    await until(async () => expect(await shown(session)).toEqual(naiveLines(printed().records)));
    expect(session.summary()).toMatchObject({ state: 'live', gaps: [] });
    sandbox.control.exit(at, 0);
    await until(() =>
      expect(session.summary()).toMatchObject({ state: 'complete', indexed: true, gaps: [] }),
    );
    expect(await shown(session)).toEqual(naiveLines(sandbox.control.stored(at) ?? []));
    release();
    await until(() => expect(sandbox.control.streams()).toEqual([]));
  }, 120_000);

  it('mark what a restarted server has forgotten, and have it in the end', async () => {
    const { at, print, printed } = await talkingStep();
    const { session, release } = hold(repo, ref(at.build));
    print('before\n');
    await until(() => expect(session.summary().lines).toBe(naiveLines(printed().records).length));
    const before = await shown(session);
    sandbox.control.restartServer({ silence: 500, down: 2_000 });
    await until(() => expect(session.state).toBe('reconnecting'));
    print('never sent live\n');
    await until(() => expect(session.summary().gaps).toMatchObject([{ reason: 'restart', before: null }]));
    expect(await shown(session)).toEqual(before);
    sandbox.control.exit(at, 0);
    await until(() => expect(session.summary()).toMatchObject({ state: 'complete', gaps: [] }));
    expect((await shown(session)).map(({ text }) => text)).toContain('never sent live');
    expect(await shown(session)).toEqual(naiveLines(sandbox.control.stored(at) ?? []));
    release();
  }, 60_000);

  it('show of the log that was cut at 5 MiB what is left, and what is not', async () => {
    const step = { number: 1, stage: 1, step: 3 };
    const { session, release } = hold('acme/load-tests', step);
    await until(() => expect(session.indexed).toBe(true));
    const stored = sandbox.control.stored({ repo: 'acme/load-tests', build: 1, stage: 1, step: 3 }) ?? [];
    const summary = session.summary();
    expect(summary).toMatchObject({ state: 'truncated', limitBytes: 5 * 1024 * 1024 });
    expect(summary.gaps).toEqual([{ beforeLine: 0, after: -1, before: stored[0]?.pos, reason: 'head' }]);
    expect(await shown(session)).toEqual(naiveLines(stored));
    release();
  }, 60_000);

  it('are whole where 5 MiB in 200,000 short lines just fit', async () => {
    const { session, release } = hold('acme/load-tests', { number: 1, stage: 1, step: 2 });
    await session.ready;
    // The first chunk is there before the end is.
    expect(session.summary().lines).toBeGreaterThanOrEqual(512);
    await until(() => expect(session.indexed).toBe(true));
    expect(session.summary()).toMatchObject({ state: 'complete', gaps: [], firstPos: 0 });
    const stored = sandbox.control.stored({ repo: 'acme/load-tests', build: 1, stage: 1, step: 2 }) ?? [];
    const lines = await shown(session);
    expect(lines.length).toBeGreaterThanOrEqual(200_000);
    expect(lines).toEqual(naiveLines(stored));
    release();
  }, 60_000);
});
