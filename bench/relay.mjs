/**
 * The control of the fan-out, a process of its own as the console is: raw TCP in, collected for one tick, raw TCP out
 * to every viewer. No protocol, no JSON, no history: what is left is the machine.
 */
import { createServer } from 'node:net';

process.on('message', async ({ tick }) => {
  const viewers = new Set();
  let waiting = [];
  let timer = null;
  const flush = () => {
    const bytes = Buffer.concat(waiting);
    waiting = [];
    timer = null;
    for (const viewer of viewers) viewer.write(bytes);
  };
  const out = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => viewers.delete(socket));
    viewers.add(socket);
  });
  const into = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (part) => {
      waiting.push(part);
      if (timer === null) timer = setTimeout(flush, tick);
    });
  });
  process.send({ out: await listen(out), into: await listen(into) });
});
process.on('disconnect', () => process.exit());

const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
