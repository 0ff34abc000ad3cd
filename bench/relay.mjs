/**
 * The control of the fan-out, a process of its own as the console is: raw TCP in, collected for one tick, raw TCP out
 * to every viewer. No protocol, no JSON, no history: what is left is the machine.
 */
import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { serve } from './processes.mjs';

const LOOKS_MS = 10;
const delay = monitorEventLoopDelay({ resolution: LOOKS_MS });
delay.enable();
let cpu = process.cpuUsage();

const commands = {
  async start({ tick }) {
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
    return { out: await listen(out), into: await listen(into) };
  },
  /** Node counts the time between two looks as delay. */
  usage() {
    const { user, system } = process.cpuUsage(cpu);
    const used = {
      seconds: (user + system) / 1e6,
      p99: delay.percentile(99) / 1e6 - LOOKS_MS,
      max: delay.max / 1e6 - LOOKS_MS,
    };
    cpu = process.cpuUsage();
    delay.reset();
    return used;
  },
};

serve(commands);

const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
