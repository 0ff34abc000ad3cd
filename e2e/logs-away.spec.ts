import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { linesOf, readWholeLog } from './log-reader.ts';
import type { Sandbox, StepAt } from './sandbox.ts';
import { burst, open, speaking } from './talking-step.ts';

/** What this page asks for and is sent about logs. */
function watchTraffic(page: Page) {
  const traffic = { asked: 0, lines: 0, left: 0 };
  page.on('request', (request) => {
    if (/\/api\/.*\/log/.test(request.url())) traffic.asked += 1;
  });
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      if (payload.toString().includes('"lines"')) traffic.lines += 1;
    });
    socket.on('framesent', ({ payload }) => {
      if (payload.toString().includes('"unsubscribe"')) traffic.left += 1;
    });
  });
  return traffic;
}

/** As if the tab were behind another one, or in front again. */
const look = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate((now) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => now });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

const lineShown = (page: Page, number: number) =>
  expect(page.getByText(`line ${number} of the story`)).toBeVisible({ timeout: 60_000 });

/** The step ends, its stored log replaces the live one, and the page shows every line of it once. */
async function wholeAtTheEnd(page: Page, sandbox: Sandbox, at: StepAt) {
  await sandbox.release(at);
  await expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible({ timeout: 60_000 });
  expect(await readWholeLog(page)).toEqual(linesOf((await sandbox.stored(at)) ?? []));
}

test.describe('logs nobody looks at, and several at once', () => {
  test.setTimeout(240_000);

  test('a hidden tab asks for nothing and is sent nothing; looked at again, it has what was missed', async ({
    page,
    sandbox,
    signIn,
  }) => {
    await page.clock.install();
    await signIn(page, 'grace');
    const at = await speaking(sandbox);
    await sandbox.print(at, burst(1, 200));
    const traffic = watchTraffic(page);
    await open(page, at);
    await lineShown(page, 200);
    traffic.left = 0;
    await look(page, 'hidden');
    await page.clock.fastForward(11_000);
    await expect.poll(() => traffic.left).toBe(1);
    const before = { ...traffic };
    await sandbox.print(at, burst(1_001, 1_500));
    await sandbox.clock({ advance: 5_000 });
    await expect
      .poll(async () => (await sandbox.printed(at)).text.includes('line 2500 of the story'))
      .toBe(true);
    await page.clock.fastForward(60_000);
    expect(traffic).toEqual(before);

    await look(page, 'visible');
    await lineShown(page, 2_500);
    expect(traffic.lines).toBeGreaterThan(before.lines);
    await wholeAtTheEnd(page, sandbox, at);
  });

  test('after the machine slept, with a connection that is dead and does not say so, the log goes on', async ({
    page,
    world,
    sandbox,
    signIn,
  }) => {
    test.skip(world.wire === null, 'needs the wire between browser and console');
    await page.clock.install();
    await signIn(page, 'grace');
    const at = await speaking(sandbox);
    await sandbox.print(at, burst(1, 200));
    await open(page, at);
    await lineShown(page, 200);
    expect(world.wire?.hang()).toBeGreaterThan(0);
    await sandbox.print(at, burst(201, 300));
    await sandbox.clock({ advance: 2_000 });
    await page.clock.fastForward('02:00:00');
    await lineShown(page, 500);
    await sandbox.print(at, burst(501, 100));
    await lineShown(page, 600);
    await wholeAtTheEnd(page, sandbox, at);
  });

  test('two logs live side by side in two tabs, and several steps in one tab, each with its own lines', async ({
    page,
    context,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'grace');
    const one = await speaking(sandbox);
    const two = await speaking(sandbox);
    const beside = await context.newPage();
    await open(page, one);
    await open(beside, two);
    for (let turn = 0; turn < 3; turn += 1) {
      await sandbox.print(one, burst(turn * 100 + 1, 100));
      await sandbox.print(two, burst(turn * 100 + 5_001, 100));
    }
    await lineShown(page, 300);
    await lineShown(beside, 5_300);
    await expect(page.getByText(/line 5\d\d\d of/)).toHaveCount(0);

    // In one tab from the one to the other and back: what is live stays live.
    await open(page, two);
    await lineShown(page, 5_300);
    await sandbox.print(one, burst(301, 50));
    await open(page, one);
    await lineShown(page, 350);
    await wholeAtTheEnd(page, sandbox, one);
    await wholeAtTheEnd(beside, sandbox, two);
    await beside.close();
  });

  test('a step is followed while 60,000 lines come, few elements hold it, and its stored log is all of it', async ({
    page,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'grace');
    const at = await speaking(sandbox);
    await open(page, at);
    const follow = page.getByRole('button', { name: 'Follow' }).first();
    await expect(follow).toHaveAttribute('aria-pressed', 'true');
    for (let turn = 0; turn < 30; turn += 1) await sandbox.print(at, burst(turn * 2_000 + 1, 2_000));
    await lineShown(page, 60_000);
    await expect(follow).toHaveAttribute('aria-pressed', 'true');
    expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(700);
    await sandbox.release(at);
    await expect(page.getByRole('status').filter({ hasText: 'Complete' })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByText(/Lines 1 to 60,00\d/)).toBeVisible();
    await page.getByRole('searchbox', { name: 'Search this step' }).fill('of the story');
    await expect(page.getByText('– of 60,000')).toBeVisible({ timeout: 60_000 });
  });

  test('text selected with the mouse has no numbers in it', async ({ page, sandbox, signIn }) => {
    await signIn(page, 'grace');
    const at = await speaking(sandbox);
    await sandbox.print(at, 'above\nbetween\nbelow\n');
    await open(page, at);
    const row = (text: string) => page.locator('.log-row', { has: page.getByText(text, { exact: true }) });
    await expect(row('below')).toBeVisible({ timeout: 60_000 });
    const [from, to] = await Promise.all(
      ['above', 'below'].map((text) => row(text).locator('.log-text').boundingBox()),
    );
    if (!from || !to) throw new Error('the lines stand nowhere');
    await page.mouse.move(from.x + 1, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width + 20, to.y + to.height / 2, { steps: 5 });
    await page.mouse.up();
    const selected = await page.evaluate(() => window.getSelection()?.toString() ?? '');
    expect(selected).toMatch(/^above\n+between\n+below\n*$/);
    await sandbox.release(at);
  });
});
