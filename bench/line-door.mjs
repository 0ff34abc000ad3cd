/**
 * Stands before the sandbox's CI server and passes every request on, but for log streams: their records it gives
 * itself, one frame a record as the real server does, at any rate. (The sandbox uploads once a second, as the real
 * runner does: that would measure the runner's batching.)
 */
import { Agent, createServer, request } from 'node:http';

const logStream = /^\/api\/stream\/[^/]+\/[^/]+\/\d+\/\d+\/\d+$/;

export function createLineDoor() {
  const streams = new Set();
  const agent = new Agent({ keepAlive: true });
  let behind = null;
  let pos = 0;
  let opened = 0;

  const server = createServer((asked, answer) => {
    if (logStream.test(asked.url.split('?')[0])) return open(answer);
    const { hostname, port } = behind;
    const { host: _, ...headers } = asked.headers;
    const passed = request(
      {
        hostname,
        port,
        agent,
        method: asked.method,
        path: asked.url,
        headers: { ...headers, host: behind.host },
      },
      (got) => {
        answer.writeHead(got.statusCode, got.headers);
        answer.flushHeaders();
        got.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });

  function open(answer) {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    answer.socket.setNoDelay(true);
    answer.write(': ping\n\n');
    streams.add(answer);
    opened += 1;
    answer.on('close', () => streams.delete(answer));
  }

  return {
    /** For `startWorld`. */
    async front(address) {
      behind = new URL(address);
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { url: `http://127.0.0.1:${server.address().port}`, close };
    },
    /** Log streams that are open now, and how many ever were. */
    get streams() {
      return { open: streams.size, opened };
    },
    line(text) {
      const record = JSON.stringify({ pos, out: text, time: Math.floor(pos / 1_000) });
      pos += 1;
      for (const stream of streams) stream.write(`data: ${record}\n\n`);
    },
  };

  function close() {
    server.close();
    server.closeAllConnections();
    agent.destroy();
  }
}
