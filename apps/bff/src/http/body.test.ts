import { request } from 'node:http';
import { CSRF_HEADER } from '@flightdeck/api-client/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../testing/browser.ts';
import { type RunningConsole, startConsole } from '../../testing/console.ts';

let at: RunningConsole;
let linus: Browser;
beforeAll(async () => {
  at = await startConsole({ background: false });
  linus = await at.signIn('linus');
}, 60_000);
afterAll(() => at.stop());

/** Headers as written, body piece by piece. */
function send(
  headers: Record<string, string>,
  pieces: readonly (string | Buffer)[],
  path = 'api/session/preferences',
) {
  return new Promise<{ status: number; body: string; sent: number }>((done, fail) => {
    let sent = 0;
    const req = request(
      new URL(path, at.url),
      {
        method: 'PUT',
        headers: {
          cookie: linus.cookies(at.url),
          origin: new URL(at.url).origin,
          [CSRF_HEADER]: '1',
          'transfer-encoding': 'chunked',
          ...headers,
        },
      },
      (res) => {
        let body = '';
        res.on('data', (part) => {
          body += part;
        });
        res.on('end', () => done({ status: res.statusCode ?? 0, body, sent }));
      },
    );
    req.on('error', (error) => (sent > 1_000_000 ? done({ status: 0, body: '', sent }) : fail(error)));
    for (const piece of pieces) {
      req.write(piece);
      sent += piece.length;
    }
    req.end();
  });
}

const good = JSON.stringify({ language: null, theme: 'dark', singleKeys: true });
const huge = ['{"theme":"', ...Array(40).fill(Buffer.alloc(65_536, 97)), '"}'];

describe('a body in disguise', () => {
  it('is read when it is as it should be', async () => {
    expect((await send({ 'content-type': 'application/json; charset=utf-8' }, [good])).status).toBe(200);
  });

  // A type that a parser takes for malformed would be read by the procedures' own machinery, which knows no limit.
  it.each([
    'application/json; charset',
    'application/json;=',
    'application/json; ;',
    'application/json;charset="',
  ])('has the same limits when its type is %s', async (type) => {
    expect([0, 413]).toContain((await send({ 'content-type': type }, huge)).status);
    const poisoned = await send({ 'content-type': type }, ['{"theme":"dark","__proto__":{"x":1}}']);
    expect(poisoned.status).toBe(400);
  });

  it.each([
    ['content-disposition', 'attachment; filename="a.json"'],
    ['content-encoding', 'gzip'],
    ['content-encoding', 'x-unknown'],
  ])('with %s: %s does not get around the limits', async (name, value) => {
    const answer = await send({ 'content-type': 'application/json', [name]: value }, huge);
    expect([0, 400, 413]).toContain(answer.status);
  });
});
