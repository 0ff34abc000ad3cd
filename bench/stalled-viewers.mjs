/** Viewers who stop reading, read again later, and then must be able to have every line: a process of their own. */
import { createRequire } from 'node:module';
import { pause, serve } from './processes.mjs';

const { WebSocket } = createRequire(new URL('../apps/bff/package.json', import.meta.url))('ws');
const CHUNK = 512;
const PATIENCE_MS = 30_000;
/** Of the lines that were left out for them, these viewers fetch all. */
const FETCHING = 2;
const number = /part-(\d+) /;

const viewers = [];

const commands = {
  async connect({ count, ws }) {
    for (let index = 0; index < count; index += 1) viewers.push(await connected(ws));
    return {};
  },
  stall() {
    for (const { socket } of viewers) socket.pause();
    return {};
  },
  /** They read again until each has had, or was told that it missed, each of `total` lines; some fetch what they missed. */
  async resume({ total, url }) {
    for (const { socket } of viewers) socket.resume();
    for (const late = performance.now() + PATIENCE_MS; !viewers.every((one) => isWhole(one, total)); ) {
      if (performance.now() > late) throw new Error('they did not catch up');
      await pause(50);
    }
    for (const viewer of viewers.slice(0, FETCHING)) {
      await fetchMissing(viewer, url);
      for (let index = 0; index < total; index += 1)
        if (viewer.lines.get(index) !== index)
          throw new Error(`line ${index} is that of ${viewer.lines.get(index)}`);
    }
    return {
      skips: viewers.reduce((sum, { skipped }) => sum + skipped.length, 0),
      missed: viewers.map(({ skipped }) => skipped.reduce((sum, [from, to]) => sum + to - from, 0)),
    };
  },
};

serve(commands);

function connected({ url, origin, protocol, cookies: [cookie], topic }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol, { headers: { origin, cookie } });
    /** `lines`: which line of the source stands at an index. */
    const viewer = { socket, cookie, generation: -1, lines: new Map(), skipped: [], fault: null };
    socket.on('error', reject);
    socket.on('close', (code) => {
      viewer.fault = `closed: ${code}`;
      reject(new Error(viewer.fault));
    });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', id: 1, topic })));
    socket.on('message', (data) => {
      const message = JSON.parse(data.toString());
      if (message.type === 'subscribed') resolve(viewer);
      else if (message.type === 'ended') reject(new Error(`${data}`));
      else if (message.type === 'skipped') viewer.skipped.push([message.from, message.to]);
      else if (message.type === 'lines') keep(viewer, message);
    });
  });
}

/** A line that is still open comes again; a complete one comes once. */
function keep(viewer, { generation, from, lines, open }) {
  viewer.generation = generation;
  for (const [offset, { text }] of lines.entries()) {
    if (open && offset === lines.length - 1) return;
    if (viewer.lines.has(from + offset)) viewer.fault = `line ${from + offset} came twice`;
    viewer.lines.set(from + offset, Number(number.exec(text)?.[1]));
  }
}

function isWhole({ lines, skipped, fault }, total) {
  if (fault) throw new Error(fault);
  const missed = skipped.reduce((sum, [from, to]) => sum + to - from, 0);
  return lines.size + missed === total;
}

/** As a page does: the chunks that hold what was left out. */
async function fetchMissing(viewer, url) {
  for (const [from, to] of viewer.skipped)
    for (let at = Math.floor(from / CHUNK) * CHUNK; at < to; at += CHUNK) {
      const answer = await fetch(`${url}/lines?generation=${viewer.generation}&from=${at}`, {
        headers: { cookie: viewer.cookie },
      });
      const { lines } = await answer.json();
      if (!answer.ok) throw new Error(`chunk ${at}: ${answer.status}`);
      for (const [offset, { text }] of lines.entries())
        if (at + offset >= from && at + offset < to)
          viewer.lines.set(at + offset, Number(number.exec(text)?.[1]));
    }
}
