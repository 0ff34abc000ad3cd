import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from './text-frame.ts';

/** Around each change of how a length is written, in bytes; and characters of more than one. */
const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000].map((length) => 'x'.repeat(length));
const texts = [...lengths, '中'.repeat(42), '😀'.repeat(16_384), '"\\u0000\u2028"'];

it('is read as that text, whatever its length, and in order with what the library itself sends', async () => {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer().on('upgrade', (request, line, head) =>
    sockets.handleUpgrade(request, line, head, (ws) => {
      for (const text of texts) {
        line.write(textFrame(text));
        ws.ping(`after ${text.length}`);
      }
      ws.close(4_000, 'all sent');
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const heard: string[] = [];
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on('message', (data, binary) => heard.push(binary ? 'binary' : String(data)));
  client.on('ping', (data) => heard.push(String(data)));
  client.on('close', (code, reason) => heard.push(`${code} ${reason}`));
  await vi.waitFor(() => expect(heard.at(-1)).toBe('4000 all sent'), 10_000);
  expect(heard).toEqual([...texts.flatMap((text) => [text, `after ${text.length}`]), '4000 all sent']);
  server.close();
});
