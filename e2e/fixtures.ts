import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
} from '@playwright/test';
import type { Sandbox } from './sandbox.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

interface Fixtures {
  /** Signs a person in on a page, through the forge's own pages, and lands on `to`. */
  signIn: (page: Page, login: string, to?: string) => Promise<void>;
  /** The sandbox's control door; a story that asks for it is skipped with real servers. */
  sandbox: Sandbox;
  /** A page in another browser: nobody is signed in there, on the forge neither. */
  elsewhere: (options?: BrowserContextOptions) => Promise<Page>;
}

interface Shared {
  /** `test.use({ worldOptions: … })` at the top of a file gives it a world of its own. */
  worldOptions: WorldOptions;
  world: World;
}

export const test = base.extend<Fixtures, Shared>({
  worldOptions: [{}, { scope: 'worker', option: true }],
  world: [
    async ({ worldOptions }, use) => {
      const world = await startWorld(worldOptions);
      await use(world);
      await world.end();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ world }, use) => use(`${world.url}/`),
  sandbox: async ({ world }, use, info) => {
    if (!world.sandbox) return info.skip(true, 'needs the sandbox');
    await use(world.sandbox);
    await world.sandbox.clearFaults();
  },
  context: async ({ context }, use) => {
    const check = watchErrors(context);
    await use(context);
    check();
  },
  elsewhere: async ({ browser, baseURL, contextOptions, locale, viewport, timezoneId }, use) => {
    const opened: { close: () => Promise<void> }[] = [];
    const checks: (() => void)[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({
        ...contextOptions,
        ...(baseURL ? { baseURL } : {}),
        ...(locale ? { locale } : {}),
        ...(timezoneId ? { timezoneId } : {}),
        viewport,
        ...options,
      });
      opened.push(context);
      checks.push(watchErrors(context));
      return context.newPage();
    });
    for (const context of opened) await context.close();
    for (const check of checks) check();
  },
  signIn: async ({ world }, use) => use((page, login, to = '/') => signInThrough(page, world, login, to)),
});
export { expect };

/** No story passes on a page that threw, whatever it showed. */
function watchErrors(context: BrowserContext): () => void {
  const errors: string[] = [];
  context.on('weberror', (event) => {
    const error = event.error();
    errors.push(error.stack ?? error.message);
  });
  return () => expect(errors).toEqual([]);
}

export async function signInThrough(page: Page, world: World, login: string, to = '/'): Promise<void> {
  const person = world.people.find((one) => one.login === login);
  if (!person) throw new Error(`No person ${login} in this world.`);
  await page.goto(world.url + to);
  if (world.signInWith === 'Gogs') await signInByToken(page, login);
  else {
    await page.getByRole('link', { name: /Gitea/ }).click();
    await giveConsent(page, person);
  }
  await page.waitForURL((url) => url.href.startsWith(world.url));
}

/** With the access token that everybody has in the sandbox's Gogs. */
async function signInByToken(page: Page, login: string): Promise<void> {
  // The only forge there is needs no button.
  const button = page.getByRole('button', { name: 'Continue with Gogs' });
  const token = page.getByRole('radio', { name: /Access token/ });
  await expect(button.or(token)).toBeVisible();
  if (await button.isVisible()) await button.click();
  await token.check();
  await page.getByLabel('Access token of Gogs').fill(`${login}-access-token`);
  await page.getByRole('button', { name: 'Sign in with Gogs' }).click();
  await expect(page.getByRole('navigation', { name: /main|主/i })).toBeVisible();
}

/** The forge's own sign-in form and consent page, where they are shown. */
export async function giveConsent(page: Page, person: { login: string; password: string }): Promise<void> {
  const field = page.getByLabel(/user ?name/i).first();
  const allow = page.getByRole('button', { name: /authorize/i });
  // Back at the console: on a page of it, or on its sign-in page with the reason why not.
  const back = page.getByRole('navigation', { name: /main|主/i }).or(page.getByRole('alert'));
  await expect(field.or(allow).or(back).first()).toBeVisible();
  if (await field.isVisible()) {
    await field.fill(person.login);
    await page
      .getByLabel(/password/i)
      .first()
      .fill(person.password);
    await page
      .getByRole('button', { name: /sign in/i })
      .first()
      .click();
    await expect(allow.or(back).first()).toBeVisible();
  }
  if (await allow.isVisible()) await allow.click();
}
