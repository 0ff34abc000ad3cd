import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, listen } from './server.ts';

const limits = {
  headerBytes: 16_384,
  headerCount: 100,
  headersTimeoutMs: 300,
  requestTimeoutMs: 600,
  keepAliveMs: 5_000,
  connections: 100,
  connectionsPerAddress: 2,
};

let web: Listening;
afterEach(() => web.close(100));

/** What comes back on a connection that says `text` and then nothing more. */
function mute(text: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect(web.port, '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.on('data', (part) => {
      heard += part;
    });
    socket.on('error', () => {});
    socket.on('close', () => done(heard));
  });
}

const start = async () => {
  web = await listen({
    host: '127.0.0.1',
    port: 0,
    limits,
    handler: (req, res) => req.on('end', () => res.end('x')).resume(),
  });
};

describe('a connection that is slow on purpose', () => {
  it.each([
    ['in its headers', 'GET / HTTP/1.1\r\nhost: x\r\n'],
    ['in its body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\na'],
  ])('%s is ended about when the limit says', async (_, text) => {
    await start();
    const began = performance.now();
    expect(await mute(text)).toMatch(/^HTTP\/1\.1 408 [\s\S]*\r\nx-content-type-options: nosniff\r\n/);
    expect(performance.now() - began).toBeLessThan(6_000);
  });

  it('is one of so many from one address', async () => {
    await start();
    const slow = [mute('GET / HTTP/1.1\r\n'), mute('GET / HTTP/1.1\r\n')];
    expect(await mute('GET / HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
    await Promise.all(slow);
  });
});
