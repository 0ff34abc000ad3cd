import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { completes, line, live, passes, storiesOf } from './main-job/server.ts';
import { woodpecker } from './main-job/woodpecker.ts';
import { nginxMissing } from './nginx.ts';

/** Console, forge and CI server below paths of one host name, behind a real nginx. */
export function tellBehindNginx(scheme: 'http' | 'https'): void {
  const of = storiesOf(woodpecker);
  const { repo } = woodpecker;

  // Before anything is made: a hook would come after the world, which cannot be made without one.
  const missing = nginxMissing(scheme === 'https');
  test.skip(missing !== null, missing ?? '');

  /** Where the browser went and asked: nothing of the three ever leaves its path. */
  function watch(page: Page, origin: string) {
    const outside: string[] = [];
    const sockets: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin === origin && !/^\/(ci|git|woodpecker)\//.test(url.pathname)) outside.push(url.pathname);
    });
    page.on('websocket', (socket) => sockets.push(socket.url()));
    return { outside, sockets };
  }

  test('signs in and lands on the page asked for; every address lies below its path', async ({
    page,
    world,
    signIn,
  }) => {
    const { origin } = new URL(world.url);
    const seen = watch(page, origin);
    const forge: string[] = [];
    page.on('framenavigated', (frame) => forge.push(new URL(frame.url()).pathname));
    const wanted = of.page(repo, '?event=promote#below');
    await signIn(page, 'grace', wanted);
    await expect(page.getByRole('heading', { name: 'shop-deploy', level: 1 })).toBeVisible();
    expect(page.url()).toBe(`${origin}/ci${wanted}`);
    expect(forge.filter((path) => path.startsWith('/git/'))).toContain('/git/user/login');
    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => /sid$/.test(name))).toMatchObject(
      scheme === 'https' ? { name: '__Host-sid', secure: true } : { name: 'sid', secure: false },
    );

    await page
      .getByRole('list', { name: `Builds of ${repo}` })
      .getByRole('link')
      .first()
      .click();
    await expect(page).toHaveURL(/\/ci\/r\/woodpecker\/ops\/shop-deploy\/-\/builds\/\d+/);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(/#\d+ \S/);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    for (const [name, path] of [
      ['Commit on the forge', `/git/${repo}/commit/`],
      ['This build on Woodpecker', '/woodpecker/repos/'],
    ] as const) {
      const link = page.getByRole('menuitem', { name }).or(page.getByRole('link', { name }));
      const href = (await link.first().getAttribute('href')) ?? '';
      expect(new URL(href, page.url()).href).toContain(`${origin}${path}`);
      expect((await page.request.get(href)).status()).toBe(200);
    }
    expect(seen.outside).toEqual([]);
  });

  test('lines arrive through its websocket, and go on after it was restarted', async ({
    page,
    world,
    sandbox,
    signIn,
  }) => {
    const seen = watch(page, new URL(world.url).origin);
    const at = await of.speaking(sandbox, 'Through the proxy');
    await signIn(page, 'grace', of.buildPage(at.build));
    await expect(line(page, 'begin')).toBeVisible();
    await expect(live(page)).toBeVisible();
    await sandbox.print(at, 'before the restart\n');
    await expect(line(page, 'before the restart')).toBeVisible();
    expect(seen.sockets.length).toBeGreaterThan(0);
    for (const url of seen.sockets) expect(url).toMatch(/^wss?:\/\/localhost:\d+\/ci\//);

    await world.nginx?.stop();
    await expect(page.getByText(/Reconnecting/)).toBeVisible();
    await sandbox.print(at, 'while it was gone\n');
    await world.nginx?.start();
    // Only the websocket brings it: nobody touches the page.
    await expect(line(page, 'while it was gone')).toBeVisible({ timeout: 40_000 });
    await sandbox.release(at);
    await completes(page);
    await passes(page);
    await expect(line(page, 'end')).toBeVisible();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    await page.getByRole('menuitem', { name: 'Text with colour codes' }).first().click();
    const text = Buffer.concat(await (await (await download).createReadStream()).toArray()).toString('utf8');
    expect(text).toContain('while it was gone\n');
    expect(seen.outside).toEqual([]);

    // nginx writes a websocket down when it ends.
    await page.goto('about:blank');
    const upgraded = () => world.nginx?.asked().filter((one) => / 101$/.test(one)) ?? [];
    await expect.poll(() => upgraded().length).toBeGreaterThan(0);
    for (const one of upgraded()) expect(one).toMatch(/^GET \/ci\//);
  });
}
