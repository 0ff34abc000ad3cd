/**
 * Viewers of a log in a process of their own, in sets. All of them read everything; 20 of each set, spread over it, read
 * each line's due time, so that this process stays cheaper than the one that is measured.
 */
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { quantile } from './figures.mjs';
import { serve, sharedNow } from './processes.mjs';
import { rawWebsocket } from './raw-websocket.mjs';

const { WebSocket } = createRequire(new URL('../apps/bff/package.json', import.meta.url))('ws');
const TIMED = 20;
const due = /(\d{16}) /g;

/** Viewers by the name of their set. */
const sets = new Map();
let window = { from: Number.POSITIVE_INFINITY, to: 0 };

const commands = {
  async connect({ set, count, tcp, ws }) {
    const viewers = [];
    sets.set(set, viewers);
    // Who is written to first has an advantage: it must not be the timed ones.
    const every = Math.max(1, Math.floor(count / TIMED));
    // One after the other: a hundred handshakes at once would measure something else.
    for (let index = 0; index < count; index += 1) {
      const timed = index % every === every - 1;
      const viewer = { timed, bytes: 0, latencies: [], end: () => {} };
      viewers.push(viewer);
      if (tcp) await overTcp(viewer, tcp);
      else await overWebsocket(viewer, { ...ws, cookie: ws.cookies[index % ws.cookies.length] });
    }
    return {};
  },
  /** Lines due from `from` to before `to` (ns of the shared clock) are counted from now on. */
  measure({ set, ...times }) {
    window = times;
    for (const viewer of sets.get(set)) Object.assign(viewer, { bytes: 0, latencies: [] });
    return {};
  },
  report({ set }) {
    const viewers = sets.get(set);
    const timed = viewers.filter((viewer) => viewer.timed);
    const all = timed.flatMap((viewer) => viewer.latencies);
    return {
      p50: quantile(all, 0.5),
      p99: quantile(all, 0.99),
      max: quantile(all, 1),
      fewest: Math.min(...timed.map((viewer) => viewer.latencies.length)),
      most: Math.max(...timed.map((viewer) => viewer.latencies.length)),
      leastBytes: Math.min(...viewers.map((viewer) => viewer.bytes)),
      mostBytes: Math.max(...viewers.map((viewer) => viewer.bytes)),
    };
  },
  disconnect({ set }) {
    for (const viewer of sets.get(set)) viewer.end();
    sets.delete(set);
    return {};
  },
};

serve(commands);

function take(viewer, data) {
  const now = sharedNow();
  viewer.bytes += data.length;
  if (!viewer.timed) return;
  for (const [, digits] of data.toString().matchAll(due)) {
    const at = Number(digits);
    if (at >= window.from && at < window.to) viewer.latencies.push((now - at) / 1e6);
  }
}

function overTcp(viewer, { port }) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', resolve);
    let rest = '';
    socket.on('error', reject);
    socket.on('data', (data) => {
      // A piece may end in the middle of a line: its line is counted when it is whole.
      if (!viewer.timed) return take(viewer, data);
      const text = rest + data.toString('latin1');
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      take(viewer, text.slice(0, end));
    });
    viewer.end = () => socket.destroy();
  });
}

function overWebsocket(viewer, { url, origin, protocol, cookie, topic }) {
  const asked = JSON.stringify({ type: 'subscribe', id: 1, topic });
  return new Promise((resolve, reject) => {
    const welcome = (data) => {
      const first = JSON.parse(data.toString());
      if (first.type === 'subscribed') resolve();
      else reject(new Error(`not subscribed: ${data}`));
    };
    const headers = { origin, cookie };
    if (!viewer.timed) {
      const on = { first: welcome, data: (data) => take(viewer, data), over: reject };
      viewer.end = rawWebsocket({ url, protocol, headers, asked }, on);
      return;
    }
    const socket = new WebSocket(url, protocol, { headers });
    socket.on('error', reject);
    socket.on('open', () => socket.send(asked));
    socket.once('message', welcome);
    socket.on('message', (data) => take(viewer, data));
    socket.on('close', (code, reason) => reject(new Error(`closed: ${code} ${reason}`)));
    viewer.end = () => socket.terminate();
  });
}
