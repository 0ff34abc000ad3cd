/** A running step, and what its viewers have had after some seconds of lines. */
import { flow } from './line-source.mjs';
import { note, pause, sharedNow, until } from './processes.mjs';

/** Of the console's live side (`live/log-frames.ts`), ms. */
export const TICK = 25;
const repo = 'acme/checkout';

/** A step that runs until the world ends: the sandbox holds it, its lines come from the door. */
export async function runningStep(world) {
  const pipeline =
    'kind: pipeline\ntype: exec\nname: talk\nclone: { disable: true }\nsteps:\n  - name: speak\n    commands:\n      - sandbox-hold here\n';
  const { build } = await world.control('POST', '/push', {
    ...{ repo, branch: 'main', author: 'grace', message: 'A step that is watched' },
    files: { '.drone.yml': pipeline },
  });
  const at = new URLSearchParams({ repo, build, stage: 1, step: 1 });
  await until('a running step', () =>
    world.control('GET', `/steps/printed?${at}`).then(
      ({ held }) => held === 'here',
      () => false,
    ),
  );
  return { number: build, stage: 1, step: 1 };
}

/** How a viewer comes to the step's log: sessions are gone round, one after the other. */
export const placeOf = (world, step, sessions = [world.session]) => ({
  url: `${world.url.replace('http', 'ws')}/api/live`,
  origin: world.url,
  protocol: 'flightdeck.v1',
  cookies: sessions.map(({ name, value }) => `${name}=${value}`),
  topic: { kind: 'log', server: 'drone', repo: repo.replace('/', '~'), ...step, generation: 0, after: -1 },
});

/**
 * Lines flow to the viewers of one set, and each timed one must have had each line. Answers their latencies, ms;
 * `began` is called when the counting begins, `ending` when it ends.
 */
export async function watch(viewers, { set, sink }, { perSecond, seconds, name, began, ending }) {
  const stop = flow(perSecond, sink);
  // A second to settle in: connections are young, and who came late is told what it missed.
  const from = sharedNow() + 1e9;
  const to = from + seconds * 1e9;
  await viewers.ask({ command: 'measure', set, from, to });
  await pause(1_000);
  await began?.();
  await pause((to - sharedNow()) / 1e6);
  await ending?.();
  await pause(1_000);
  stop();
  const got = await viewers.ask({ command: 'report', set });
  note(`  ${name}: p50 ${got.p50.toFixed(1)}, p99 ${got.p99.toFixed(1)}, max ${got.max.toFixed(0)} ms`);
  const due = seconds * perSecond;
  // Where the window begins between two lines there may be one more or less.
  const whole = Math.abs(got.fewest - due) <= 1 && Math.abs(got.most - due) <= 1;
  if (!whole) throw new Error(`${name}: of ${due} lines viewers had ${got.fewest} to ${got.most}`);
  // Of the others bytes are counted, from a moment at which they need not be equally far.
  if (got.leastBytes < got.mostBytes * 0.8)
    throw new Error(`${name}: viewers had ${got.leastBytes} to ${got.mostBytes} bytes`);
  return got;
}
