import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { root } from './processes.ts';
import { linkByToken, repositoryOf } from './steps.ts';

test.use({ worldOptions: { name: 'language' } });

type Words = { [key: string]: string | Words };
const catalogue = (language: 'en' | 'zh-CN'): Map<string, string> => {
  const folder = join(root, 'apps/web/src/locales', language);
  const found = new Map<string, string>();
  const walk = (at: string, words: Words) => {
    for (const [key, value] of Object.entries(words)) {
      if (typeof value === 'string') found.set(`${at}.${key}`, value);
      else walk(`${at}.${key}`, value);
    }
  };
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.json')))
    walk(name.slice(0, -5), JSON.parse(readFileSync(join(folder, name), 'utf8')) as Words);
  return found;
};

/** The English sentences, as patterns: placeholders stand for anything. Words that Chinese keeps are left out. */
function englishSentences(): { key: string; pattern: RegExp }[] {
  const chinese = catalogue('zh-CN');
  return [...catalogue('en')].flatMap(([key, text]) => {
    if (chinese.get(key) === text || (text.replace(/\{\{[^}]*\}\}/g, '').match(/[a-z]/gi) ?? []).length < 4)
      return [];
    const parts = text
      .split(/\{\{[^}]*\}\}/)
      .map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return [{ key, pattern: new RegExp(`^${parts.join('.*')}$`, 's') }];
  });
}

/** Every text that a person sees or hears, node by node. */
const texts = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found = new Set<string>();
    /** The name of the other language stands in that language. */
    const left = (element: Element | null | undefined) =>
      Boolean(element?.closest('script,style,[role="log"],body [lang="en"]'));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node instanceof Element) {
        if (left(node)) continue;
        for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
          if (node.getAttribute(name)) found.add(String(node.getAttribute(name)).trim());
        if (/^(h\d|p|label|button|a|li|td|th|dt|dd|legend|summary)$/i.test(node.tagName))
          found.add((node.textContent ?? '').replace(/\s+/g, ' ').trim());
      } else if (!left(node.parentElement)) {
        found.add((node.textContent ?? '').replace(/\s+/g, ' ').trim());
      }
    }
    found.add(document.title);
    return [...found].filter(Boolean);
  });

const settled = (page: Page) =>
  expect(page.getByRole('status').filter({ has: page.getByText(/^(Loading|正在加载|加载中)/) })).toHaveCount(
    0,
  );

test('the browser’s language decides before signing in; the page offers the other', async ({ elsewhere }) => {
  const chinese = await elsewhere({ locale: 'zh-TW' });
  await chinese.goto('/sign-in');
  await expect(chinese.getByRole('heading', { name: '登录', level: 1 })).toBeVisible();
  await expect(chinese.getByRole('link', { name: '使用 Gitea 登录' })).toBeVisible();
  expect(await chinese.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  await chinese.getByRole('button', { name: 'English' }).click();
  await expect(chinese.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
  await chinese.reload();
  await expect(chinese.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();

  const french = await elsewhere({ locale: 'fr-FR' });
  await french.goto('/sign-in');
  await expect(french.getByRole('heading', { name: 'Sign in', level: 1 })).toBeVisible();
});

test('switches without loading the page again, and stays after a reload and in another browser', async ({
  page,
  elsewhere,
  signIn,
}) => {
  await signIn(page, 'grace', '/repos?show=active');
  await expect(page.getByRole('heading', { name: 'Repositories', level: 1 })).toBeVisible();
  await page.evaluate(() => {
    document.body.dataset.mark = 'still here';
  });
  await page.getByRole('button', { name: /Your account/ }).click();
  await page.getByRole('menuitem', { name: '中文' }).click();
  await expect(page.getByRole('heading', { name: '仓库', level: 1 })).toBeVisible();
  expect(await page.evaluate(() => document.body.dataset.mark)).toBe('still here');
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
  await expect(page).toHaveTitle(/仓库/);
  await expect(page).toHaveURL(/\/repos\?show=active$/);
  await page.reload();
  await expect(page.getByRole('heading', { name: '仓库', level: 1 })).toBeVisible();

  const other = await elsewhere({ locale: 'en-GB' });
  await other.goto('/');
  await expect(other.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await signIn(other, 'grace', '/repos');
  await expect(other.getByRole('heading', { name: '仓库', level: 1 })).toBeVisible();
  await other.goto('/account');
  await other.getByRole('combobox', { name: '语言' }).click();
  await other.getByRole('option', { name: 'English' }).click();
  await expect(other.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
});

test('no page shows an English sentence to somebody who reads Chinese', async ({
  sandbox,
  elsewhere,
  signIn,
}) => {
  test.setTimeout(240_000);
  const english = englishSentences();
  expect(english.length).toBeGreaterThan(300);
  const page = await elsewhere({ locale: 'zh-CN' });
  const numberOf = async (slug: string, status: string) =>
    (await repositoryOf(sandbox, slug)).builds.find((build) => build.status === status)?.number ?? 1;
  const failed = await numberOf('acme/checkout', 'failure');
  const success = await numberOf('acme/checkout', 'success');
  const blocked = await numberOf('acme/infra', 'pending');
  const found: string[] = [];
  const look = async (where: string) => {
    await settled(page);
    for (const text of await texts(page)) {
      const hit = english.find(({ pattern }) => pattern.test(text));
      if (hit) found.push(`${where}: ${hit.key}: ${text}`);
    }
  };

  await page.goto('/sign-in?error=forge_unreachable&hop=console-forge-token&forge=gitea');
  await expect(page.getByRole('alert')).toBeVisible();
  await look('sign-in');
  await signIn(page, 'ada');
  const pages: [string, RegExp][] = [
    ['/', /./],
    ['/repos?q=acme', /仓库/],
    ['/account?paste=drone', /./],
    ['/r/drone/acme/checkout', /checkout/],
    ['/r/drone/acme/docs-site', /docs-site/],
    ['/r/drone/acme/checkout/-/deployments', /checkout/],
    ['/r/drone/acme/checkout/-/settings', /checkout/],
    ['/r/drone/acme/checkout/-/settings/secrets', /checkout/],
    ['/r/drone/acme/checkout/-/settings/registries', /checkout/],
    [`/r/drone/acme/checkout/-/builds/${failed}`, /./],
    [`/r/drone/acme/checkout/-/builds/${success}`, /./],
    [`/r/drone/acme/infra/-/builds/${blocked}`, /./],
    ['/nothing/here', /./],
  ];
  for (const [address, heading] of pages) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(heading);
    await look(address);
  }
  // Dialogs and menus.
  await page.goto(`/r/drone/acme/checkout/-/builds/${success}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`#${success}`);
  for (const key of ['?', 'r', 'p', 'ControlOrMeta+k']) {
    await page.keyboard.press(key);
    await expect(page.getByRole('dialog').first()).toBeVisible();
    await look(`key ${key}`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  }
  expect(found).toEqual([]);

  await test.step('the look finds English when there is some', async () => {
    const control = await elsewhere({ locale: 'en-GB' });
    await signIn(control, 'linus', '/repos');
    await expect(control.getByRole('heading', { level: 1 })).toBeVisible();
    const seen = (await texts(control)).filter((text) => english.some(({ pattern }) => pattern.test(text)));
    expect(seen.length).toBeGreaterThan(10);
  });
  await linkByTokenInEnglish();

  /** The linked pages too: what was locked is open then. */
  async function linkByTokenInEnglish() {
    const one = await elsewhere({ locale: 'en-GB' });
    await signIn(one, 'ada');
    await linkByToken(one, sandbox, 'ada');
    for (const address of ['/repos', '/account', '/r/drone/acme/checkout/-/settings']) {
      await page.goto(address);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await look(`linked ${address}`);
    }
    expect(found).toEqual([]);
  }
});
