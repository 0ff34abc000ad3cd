import { once } from 'node:events';
import { get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { plainRoutes } from '@flightdeck/api-client/contract';
import express from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { Failure } from '../domain/failure.ts';
import type { Caller, Gate, GatedRepo } from '../services/context.ts';
import type { DownloadForm } from '../services/log-downloads.ts';
import type { LogsService } from '../services/logs.ts';
import { LOG_DOWNLOAD_PATH, logDownload } from './log-download.ts';
import { sendProblem } from './problem-response.ts';

const at = '/api/servers/ci/repositories/acme~checkout/builds/7/stages/1/steps/2/log/download';
const caller = { person: { login: 'ada' } } as unknown as Caller;

interface Setting {
  signedIn?: boolean;
  gate?: () => Promise<GatedRepo>;
  download?: LogsService['download'];
}

function appOf({ signedIn = true, gate, download }: Setting) {
  const asked: unknown[] = [];
  const app = express();
  app.get(
    LOG_DOWNLOAD_PATH,
    logDownload({
      logs: {
        download:
          download ??
          (async (
            _repo: GatedRepo,
            { number, stage, step }: { number: number; stage: number; step: number },
            as: DownloadForm,
          ) => {
            asked.push({ number, stage, step, as });
            return {
              name: 'acme-checkout-7-1-2.log',
              bytes: parts('<script>\n', '\u001b[31mred\n'),
              release: () => asked.push('released'),
            };
          }),
      } as unknown as LogsService,
      gate: {
        open: async (_caller: Caller, server: string, path: string) => {
          asked.push({ server, path });
          return gate ? gate() : ({ path } as GatedRepo);
        },
      } as unknown as Gate,
      budgets: { spend: (budget) => asked.push({ budget }), spendOn: () => {} },
      callerOf: () => (signedIn ? caller : null),
    }),
  );
  app.use(
    (error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) =>
      sendProblem(response, error, 'r-1', { info: () => {}, warn: () => {}, error: () => {} }),
  );
  return { app, asked };
}

function gate() {
  let resolve = () => {};
  const promise = new Promise<void>((open) => {
    resolve = open;
  });
  return { promise, resolve };
}

const connectionsOf = (server: Server): Promise<number> =>
  new Promise((resolve) => server.getConnections((_, count) => resolve(count)));

async function* parts(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

describe('the download of a log', () => {
  it('stands in the policy under the address it listens on', () => {
    const written = LOG_DOWNLOAD_PATH.replace(/:(\w+)/g, '{$1}');
    expect(plainRoutes.map((route) => route.path)).toContain(written);
  });

  it('is a file that no browser takes for a page', async () => {
    const { app, asked } = appOf({});
    const answer = await request(app).get(`${at}?plain=1`);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('<script>\n\u001b[31mred\n');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="acme-checkout-7-1-2.log"',
      'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    });
    expect(asked).toEqual([
      { budget: 'chunk' },
      { server: 'ci', path: 'acme/checkout' },
      { number: 7, stage: 1, step: 2, as: 'plain' },
      'released',
    ]);
  });

  it('passes the gate first', async () => {
    const guest = appOf({ signedIn: false });
    expect((await request(guest.app).get(at)).status).toBe(401);
    expect(guest.asked).toEqual([]);
    const hidden = appOf({ gate: () => Promise.reject(new Failure('not_found', 'No such repository.')) });
    const answer = await request(hidden.app).get(at);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    expect(hidden.asked).toHaveLength(2);
  });

  it.each(['0', '-1', '1.5', 'x', '1e99'])('knows no build number %s', async (number) => {
    const { app, asked } = appOf({});
    expect((await request(app).get(at.replace('/7/', `/${number}/`))).status).toBe(404);
    expect(asked).toEqual([{ budget: 'chunk' }]);
  });

  it('lets go of the log of somebody who went away before there was anything to send', async () => {
    const begun = gate();
    const ready = gate();
    let released = 0;
    const { app } = appOf({
      download: async () => {
        begun.resolve();
        await ready.promise;
        return {
          name: 'x.log',
          bytes: parts('x'),
          release: () => {
            released += 1;
          },
        };
      },
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const asking = get({ port, host: '127.0.0.1', path: at }).on('error', () => {});
    await begun.promise;
    asking.destroy();
    await expect.poll(() => connectionsOf(server)).toBe(0);
    ready.resolve();
    await expect.poll(() => released).toBe(1);
    server.close();
  });

  it('breaks the connection when it cannot go on, so that half a log does not look whole', async () => {
    const { app } = appOf({
      download: async () => ({
        name: 'x.log',
        release: () => {},
        bytes: (async function* () {
          yield Buffer.from('half');
          throw new Error('broken');
        })(),
      }),
    });
    await expect(request(app).get(at)).rejects.toThrow(/aborted|hang up/);
  });
});
