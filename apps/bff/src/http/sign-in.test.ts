import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../testing/browser.ts';
import { type RunningConsole, startConsole } from '../../testing/console.ts';

let at: RunningConsole;
beforeAll(async () => {
  at = await startConsole();
});
afterAll(() => at.stop());

const person = (login: string) => {
  const found = at.sandbox.people.find((one) => one.login === login);
  if (!found) throw new Error(login);
  return found;
};
const session = async (browser: Browser) => at.api(browser, 'GET', 'api/session');

describe('signing in', () => {
  it('goes through the forge and comes back to the page that was asked for', async () => {
    const browser = new Browser();
    const wish = '/r/drone/acme/checkout/-/builds/3?branch=main&q=a%20b#p12-p14';
    const end = await browser.throughForge(
      `${at.url}auth/forge/gitea?return=${encodeURIComponent(wish)}`,
      person('ada'),
      (url) => url.includes('/r/drone'),
    );
    expect(new URL(end.url).pathname + new URL(end.url).search + new URL(end.url).hash).toBe(wish);
    const answer = await session(browser);
    expect(answer.status).toBe(200);
    const viewer = (await answer.json()) as { person: { login: string }; forge: string };
    expect(viewer).toMatchObject({ forge: 'gitea', person: { login: 'ada' } });
  });
});
