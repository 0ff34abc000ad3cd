/**
 * A websocket that costs its reader next to nothing: frames are walked over, not decoded, and pings answered. A thousand
 * real clients in one process would need more of the machine than the server that is measured.
 */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10];

/** `on.first` gets the first message's text, `on.data` whatever arrives after it. Answers the way to end it. */
export function rawWebsocket({ url, protocol, headers, asked }, on) {
  const { hostname, port, host, pathname } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay(true);
  const lines = Object.entries({
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': 13,
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'sec-websocket-protocol': protocol,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`);

  let answer = Buffer.alloc(0);
  let head = [];
  let left = 0;
  let first = [];
  const walk = (part) => {
    for (let at = 0; at < part.length; ) {
      if (left > 0) {
        const taken = Math.min(left, part.length - at);
        first?.push(part.subarray(at, at + taken));
        left -= taken;
        at += taken;
      } else {
        head.push(part[at]);
        at += 1;
        if (head.length < headSize(head)) continue;
        left = payloadOf(head);
        const kind = head[0] & 15;
        head = [];
        if (kind === PING) socket.write(masked(PONG, Buffer.alloc(0)));
        if (kind === CLOSE) on.over(new Error('closed by the server'));
      }
      if (left === 0 && first && head.length === 0 && first.length > 0) {
        const text = Buffer.concat(first);
        first = null;
        on.first(text);
      }
    }
  };
  const greet = (part) => {
    answer = Buffer.concat([answer, part]);
    const end = answer.indexOf('\r\n\r\n');
    if (end < 0) return;
    socket.off('data', greet);
    if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) return on.over(new Error(`${answer}`));
    socket.write(masked(TEXT, Buffer.from(asked)));
    walk(answer.subarray(end + 4));
    socket.on('data', (data) => {
      on.data(data);
      walk(data);
    });
  };
  socket.on('data', greet);
  socket.on('error', on.over);
  socket.on('close', () => on.over(new Error('the connection is gone')));
  return () => socket.destroy();
}

/** RFC 6455, 5.2: two bytes, and two or eight more for a longer length. A server's frames have no mask. */
const headSize = ([, length]) =>
  length === undefined ? 2 : 2 + ((length & 127) === 127 ? 8 : (length & 127) === 126 ? 2 : 0);

function payloadOf([, length, ...more]) {
  return (length & 127) < 126 ? length & 127 : more.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** What a client sends is masked; a mask of zeros is one. */
function masked(kind, payload) {
  const short = payload.length < 126;
  const head = short ? [128 | payload.length] : [128 | 126, payload.length >> 8, payload.length & 255];
  return Buffer.concat([Buffer.from([128 | kind, ...head, 0, 0, 0, 0]), payload]);
}
