import { createHttpClient, type HttpClient } from '@flightdeck/api-client/client';
import { expect, vi } from 'vitest';
import type { RunningConsole } from './console.ts';

/** The API as a person who has signed in calls it. */
export async function clientOf(console: RunningConsole, login: string): Promise<HttpClient> {
  const cookie = (await console.signIn(login)).cookies(console.url);
  const { origin } = new URL(console.url);
  return createHttpClient({
    baseUrl: console.url.replace(/\/$/, ''),
    fetch: (request) => {
      request.headers.set('cookie', cookie);
      request.headers.set('origin', origin);
      return fetch(request);
    },
  });
}

export const until = (condition: () => Promise<void>) =>
  vi.waitFor(condition, { timeout: 40_000, interval: 300 });

type Row = Awaited<ReturnType<HttpClient['builds']['list']>>['items'][number]['build'];

/** The newest build of which this holds, as soon as there is one. */
export async function findBuild(
  client: HttpClient,
  repo: { server: string; repo: string },
  is: (build: Row) => boolean,
): Promise<number> {
  let number = 0;
  await until(async () => {
    const { items } = await client.builds.list({ ...repo, limit: 100 });
    number = items.find(({ build }) => is(build))?.build.number ?? 0;
    expect(number).toBeGreaterThan(0);
  });
  return number;
}
