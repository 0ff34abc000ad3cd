import {
  createHttpClient,
  createLiveClient,
  type HttpClient,
  type LiveClient,
} from '@flightdeck/api-client/client';
import { type DownMessage, type ProblemError, toRepoKey } from '@flightdeck/api-client/contract';
import { LOG_CHUNK_LINES, type LogSummary } from '@flightdeck/api-client/model';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { naiveLines } from '../src/live/testing/reference-lines.ts';
import type { Browser } from '../testing/browser.ts';
import { type RunningConsole, startConsole } from '../testing/console.ts';

const repo = 'acme/checkout';
const talk =
  'kind: pipeline\ntype: exec\nname: default\nsteps: [{name: talk, commands: [sandbox-hold talk]}]\n';
const heavy = { server: 'drone', repo: toRepoKey('acme/load-tests'), number: 1, stage: 1 };

let at: RunningConsole;
let browser: Browser;
let http: HttpClient;
let live: LiveClient;
const sockets = new Set<WebSocket>();

beforeAll(async () => {
  at = await startConsole({ basePath: '/ci/', sandbox: { rate: 20 } });
  browser = await at.signIn('grace');
  const cookie = browser.cookies(at.url);
  const { origin } = new URL(at.url);
  class Socket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers: { cookie, origin } });
      sockets.add(this);
      this.on('close', () => sockets.delete(this));
    }
  }
  http = createHttpClient({
    baseUrl: at.url.replace(/\/$/, ''),
    fetch: (request) => {
      request.headers.set('cookie', cookie);
      request.headers.set('origin', origin);
      return fetch(request);
    },
  });
  live = createLiveClient({
    url: `${at.url.replace('http', 'ws')}api/live`,
    WebSocket: Socket,
    random: () => 0.05,
  });
}, 60_000);
afterAll(async () => {
  live.close();
  await at.stop();
});

const until = (condition: () => void | Promise<void>) =>
  vi.waitFor(condition, { timeout: 20_000, interval: 20 });

/** The whole log by chunks, as a page would read it from end to end. */
async function byChunks(step: { server: string; repo: string; number: number; stage: number; step: number }) {
  const { generation, lines } = await http.logs.summary(step);
  const all: { pos: number; text: string }[] = [];
  for (let from = 0; from < lines; from += LOG_CHUNK_LINES) {
    const chunk = await http.logs.lines({ ...step, generation, from });
    all.push(...chunk.lines.map(({ pos, text }) => ({ pos, text })));
  }
  return all;
}

describe('logs through the whole console', () => {
  it('a live step: cut everywhere, it shows what was printed and ends as the stored log', async () => {
    const { build } = at.sandbox.control.push({
      repo,
      author: 'grace',
      message: 'Talk',
      files: { '.drone.yml': talk },
    });
    if (build === null) throw new Error('no build');
    const step = { repo, build, stage: 1, step: 2 };
    const { control } = at.sandbox;
    await until(() => expect(control.printed(step).held).toBe('talk'));
    const topic = {
      kind: 'log',
      server: 'drone',
      repo: toRepoKey(repo),
      number: build,
      stage: 1,
      step: 2,
    } as const;
    let summary: LogSummary | null = null;
    let lines: string[] = [];
    const hear = (message: DownMessage) => {
      if (message.type === 'subscribed' || message.type === 'log-state') {
        if (summary?.generation !== message.summary?.generation) lines = [];
        summary = message.summary;
      } else if (message.type === 'lines')
        for (const [offset, line] of message.lines.entries()) lines[message.from + offset] = line.text;
    };
    const stop = live.watch({ ...topic, generation: 0, after: -1 }, { message: hear });
    const printed = () => naiveLines(control.printed(step).records).map(({ text }) => text);
    for (let round = 0; round < 9; round++) {
      control.print(step, `round ${round}\n\u001b[3`);
      control.print(step, '1mred\u001b[0m and a half');
      if (round % 3 === 0) control.cutStreams({ kind: 'log' });
      if (round % 3 === 1) for (const socket of sockets) socket.terminate();
      await until(() => expect(lines).toEqual(printed()));
    }
    control.exit(step, 0);
    await until(() => expect(summary).toMatchObject({ state: 'complete', indexed: true, gaps: [] }));
    const stored = control.stored(step) ?? [];
    expect(await byChunks(topic)).toEqual(naiveLines(stored));
    await until(() => expect(lines).toEqual(naiveLines(stored).map(({ text }) => text)));
    stop();
    const answer = await at.api(browser, 'GET', downloadOf({ ...topic }));
    expect(await answer.text()).toBe(stored.map(({ out }) => out).join(''));
  }, 90_000);

  it('200,000 short lines, chunk by chunk, each one as printed; searched with an exact count', async () => {
    const step = { ...heavy, step: 2 };
    const stored = at.sandbox.control.stored({ repo: 'acme/load-tests', build: 1, stage: 1, step: 2 }) ?? [];
    const expected = naiveLines(stored);
    const { generation } = await http.logs.summary(step);
    const middle = await http.logs.lines({ ...step, generation, around: expected[123_456]?.pos ?? -1 });
    expect(middle.from).toBe(Math.floor(123_456 / LOG_CHUNK_LINES) * LOG_CHUNK_LINES);
    expect(middle.lines[123_456 - middle.from]?.text).toBe(expected[123_456]?.text);
    // The chunk is answered as soon as its lines are there, before the rest was read.
    await vi.waitFor(async () => {
      expect(await http.logs.summary(step)).toMatchObject({
        state: 'complete',
        indexed: true,
        lines: expected.length,
      });
    }, 20_000);
    expect(await byChunks(step)).toEqual(expected);
    let total = 0;
    for (let from = 0, complete = false; !complete; ) {
      const hits = await http.logs.search({ ...step, q: '77$', regex: true, from });
      total += hits.total;
      from = hits.scanned;
      complete = hits.complete;
    }
    expect(total).toBe(expected.filter(({ text }) => text.endsWith('77')).length);
  }, 90_000);

  it('a log that was cut at 5 MiB says so', async () => {
    const step = { ...heavy, step: 3 };
    await until(async () => expect((await http.logs.summary(step)).indexed).toBe(true));
    const summary = await http.logs.summary(step);
    expect(summary).toMatchObject({ state: 'truncated', limitBytes: 5_242_880, gaps: [{ reason: 'head' }] });
  }, 60_000);

  it('what does not exist is not there, in the one shape of problems', async () => {
    const codes = await Promise.all(
      [
        http.logs.summary({ ...heavy, step: 99 }),
        http.logs.summary({ ...heavy, number: 99_999, step: 1 }),
        http.logs.summary({ ...heavy, repo: 'no~where', step: 1 }),
        http.logs.search({ ...heavy, step: 2, q: '(', regex: true }),
        http.logs.lines({ ...heavy, step: 2, generation: 1 }),
      ].map((asked) => asked.then(String, (error: unknown) => (error as ProblemError).problem.code)),
    );
    expect(codes).toEqual(['not_found', 'not_found', 'not_found', 'pattern_invalid', 'log_generation']);
  });
});

function downloadOf(step: {
  server: string;
  repo: string;
  number: number;
  stage: number;
  step: number;
}): string {
  return `api/servers/${step.server}/repositories/${step.repo}/builds/${step.number}/stages/${step.stage}/steps/${step.step}/log/download`;
}
