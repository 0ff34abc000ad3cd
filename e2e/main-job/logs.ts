import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures.ts';
import { readWholeLog } from '../log-reader.ts';
import type { Sandbox, StepAt } from '../sandbox.ts';
import { completes, line, live, passes, type StoryServer, sentence, storiesOf } from './server.ts';

const burst = (from: number, count: number) =>
  Array.from(
    { length: count },
    (_, i) => `\u001b[3${(from + i) % 7}mline ${from + i} of the story\u001b[0m\n`,
  ).join('');

/** Live logs that are cut, and parts of a build whose end is told after its own. */
export function tellOfLogs(server: StoryServer): void {
  const { id } = server;
  const of = storiesOf(server);
  const open = (page: Page, { build, stage, step }: StepAt) =>
    page.goto(`${of.buildPage(build)}/${stage}/${step}`);

  /** Before the step ends the page holds exactly what was printed. */
  async function showsAllPrinted(page: Page, sandbox: Sandbox, at: StepAt) {
    const printed = await of.printedLines(sandbox, at);
    await expect.poll(() => readWholeLog(page), { timeout: 40_000 }).toEqual(printed);
  }

  test('follows a running step, and after each cut shows what was printed, at the end exactly the stored log', async ({
    page,
    world,
    sandbox,
    signIn,
  }) => {
    await signIn(page, 'grace');
    const at = await of.speaking(sandbox, 'Say what the story says');
    await open(page, at);
    await expect(page.getByText('begin', { exact: true })).toBeVisible();
    await expect(live(page)).toBeVisible();
    await sandbox.print(at, burst(1, 40));
    await expect(line(page, 'line 40 of the story')).toBeVisible();

    await test.step('the CI server’s stream is cut', async () => {
      expect((await sandbox.cutStreams({ server: id, kind: 'log' })).cut).toBeGreaterThan(0);
      await sandbox.print(at, burst(41, 30));
      await showsAllPrinted(page, sandbox, at);
    });
    await test.step('the websocket is cut', async () => {
      expect(world.wire?.cut()).toBeGreaterThan(0);
      await sandbox.print(at, burst(71, 30));
      await expect(page.getByText(/Reconnecting/)).toBeVisible();
      await expect(line(page, 'line 71 of the story')).toBeHidden();
      world.wire?.mend();
      await showsAllPrinted(page, sandbox, at);
    });
    await test.step('the network of the browser is gone for a while', async () => {
      await page.context().setOffline(true);
      await sandbox.print(at, burst(101, 30));
      await page.context().setOffline(false);
      await showsAllPrinted(page, sandbox, at);
    });
    await test.step('the console’s process is killed and comes back', async () => {
      await world.bff.stop('SIGKILL');
      await sandbox.print(at, burst(131, 30));
      await expect(page.getByText(/Reconnecting/)).toBeVisible();
      await world.bff.start();
      await showsAllPrinted(page, sandbox, at);
    });

    await sandbox.print(
      at,
      'progress 10%\rprogress 60%\rprogress 100%\n<b>no markup</b> & "quotes"\n中文日志 完成\nno end of line',
    );
    // Some servers hear of a line when it has ended: what hangs is shown then.
    await expect(line(page, '中文日志 完成')).toBeVisible();
    await showsAllPrinted(page, sandbox, at);
    await sandbox.release(at);
    await completes(page);
    expect(await readWholeLog(page)).toEqual(await of.storedLines(sandbox, at));
    await passes(page);
  });

  test('stages and steps have ended where the build has, though their end is told after it', async ({
    page,
    sandbox,
    signIn,
  }) => {
    const say = (name: string) => ({ name, steps: [{ name: `say-${name}`, commands: [`echo ${name}`] }] });
    await signIn(page, 'grace');
    await test.step('several stages end side by side', async () => {
      if (!server.severalStages) return;
      // Told in another order from build to build.
      for (const message of ['Two at once', 'Two more at once']) {
        const number = await of.push(sandbox, message, [say('left'), say('right')]);
        await page.goto(of.buildPage(number));
        await passes(page);
        await everyPartEnded(page, ['left', 'right']);
      }
    });
    await test.step('only the list tells, for there are no events', async () => {
      const at = await of.speaking(sandbox, 'Without events');
      await open(page, at);
      await expect(live(page)).toBeVisible();
      await sandbox.fault({ face: id, match: '^GET (/api)?/stream(/events)?(\\?|$)', refuse: true });
      await sandbox.cutStreams({ server: id, kind: 'events' });
      await sandbox.release(at);
      await passes(page);
      await everyPartEnded(page, [server.stage]);
      await completes(page);
      await sandbox.clearFaults();
    });
  });

  async function everyPartEnded(page: Page, stages: string[]) {
    const main = page.getByRole('main');
    for (const name of ['Running', 'Waiting'])
      await expect(main.getByRole('img', { name: new RegExp(`(^|: )${name}`) })).toHaveCount(0);
    for (const stage of stages)
      await expect(
        page
          .getByRole('region', { name: 'Time line' })
          .getByRole('img', { name: new RegExp(`^${stage}: Passed`) }),
      ).toBeVisible();
    await expect(sentence(page).filter({ hasText: 'Passed in' })).toBeVisible();
  }
}
