import { expect, test } from './fixtures.ts';
import { readWholeLog } from './log-reader.ts';
import { held, pipelineFile, pushed } from './steps.ts';

test.use({
  worldOptions: {
    name: 'slow viewer',
    adjust: (config) => {
      // The story is as long as it takes; a viewer is left out early, and nobody is cut.
      config.limits = {
        socket: { pauseBytes: 65_536, resumeBytes: 16_384, cutMs: 600_000, pingMs: 600_000 },
      };
    },
  },
});
test.setTimeout(240_000);

const repo = 'acme/checkout';
const COUNT = 12_000;
const BATCH = 1_000;
/** Changes of colour that change nothing: short as text, long on the line. 12,000 lines are 3.5 MB, and 9 MB to send. */
const nothing = '\u001b[m'.repeat(90);
const linesOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `line ${from + i} of many${nothing}\n`).join('');

test('a viewer whose line is stopped up is told what it missed, and then has every line once', async ({
  page,
  world,
  sandbox,
  signIn,
}) => {
  const { wire } = world;
  if (!wire) return test.skip(true, 'needs the line between browser and console');
  const metric = async (name: string) => {
    const text = await (await fetch(`${world.url}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  };
  await signIn(page, 'grace');
  const build = await pushed(sandbox, {
    ...{ repo, branch: 'main', author: 'grace', message: 'Say very much' },
    files: { '.drone.yml': pipelineFile({ speak: ['sandbox-hold here'] }) },
  });
  const at = { repo, build, stage: 1, step: 1 };
  await held(sandbox, at);
  await page.goto(`/r/drone/${repo}/-/builds/${build}/1/1`);
  await sandbox.print(at, linesOf(0, 10));
  await expect(page.getByText('line 9 of many')).toBeVisible();

  expect(wire.stall()).toBeGreaterThan(0);
  const before = await metric('flightdeck_log_bytes_total');
  for (let from = 10; from < COUNT; from += BATCH) {
    const count = Math.min(BATCH, COUNT - from);
    await sandbox.print(at, linesOf(from, count));
    // The runner sends once a second.
    await sandbox.clock({ advance: 1_100 });
    const due = before + Buffer.byteLength(linesOf(10, from - 10 + count));
    await expect
      .poll(() => metric('flightdeck_log_bytes_total'), { timeout: 30_000 })
      .toBeGreaterThanOrEqual(due);
  }
  // It was left alone: a little more than the limit waits for it, whatever was printed.
  expect(await metric('flightdeck_live_waiting_bytes')).toBeGreaterThan(65_536);
  expect(await metric('flightdeck_live_waiting_bytes')).toBeLessThan(1_000_000);
  await expect(page.getByText('line 9 of many')).toBeVisible();

  wire.flow();
  await expect(page.getByText(`line ${COUNT - 1} of many`)).toBeVisible({ timeout: 60_000 });
  expect(await metric('flightdeck_live_slow_viewers_total')).toBeGreaterThan(0);
  expect(await metric('flightdeck_live_waiting_bytes')).toBe(0);
  await page.getByRole('log').focus();
  await page.keyboard.press('Home');
  const command = '+ sandbox-hold here';
  expect(await readWholeLog(page)).toEqual([
    command,
    ...Array.from({ length: COUNT }, (_, i) => `line ${i} of many`),
  ]);
  await sandbox.release(at);
});
