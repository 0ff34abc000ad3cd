import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIVE_PROTOCOL } from '@flightdeck/api-client/contract';
import { WebSocketServer } from 'ws';
import type { Clock } from '../ports/clock.ts';
import { refusal, refuse } from './upgrade.ts';

/** By everybody together, a minute: a check needs one. */
const MOST = 120;

/**
 * A websocket that says one thing and closes, for the check of the configuration: nobody has to be signed in, and it goes
 * the same way as the live one. Answers whether the request was for it.
 */
export function probeSocket(deps: {
  instance: string;
  origin: string;
  path: string;
  hasOwnHost: (request: IncomingMessage) => boolean;
  clock: Pick<Clock, 'now' | 'sleep'>;
}): (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: 1_024,
    handleProtocols: () => LIVE_PROTOCOL,
  });
  let minute = 0;
  let count = 0;

  function tooMany(): boolean {
    const now = Math.floor(deps.clock.now() / 60_000);
    if (now !== minute) count = 0;
    minute = now;
    count += 1;
    return count > MOST;
  }

  return (request, socket, head) => {
    if ((request.url ?? '').split('?')[0] !== deps.path) return false;
    const status = refusal(request, deps) ?? (tooMany() ? 503 : null);
    if (status !== null) {
      refuse(socket, status);
      return true;
    }
    server.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {});
      ws.send(JSON.stringify({ type: 'probe', instance: deps.instance }));
      ws.close(1000, 'probed');
      void deps.clock.sleep(2_000).then(() => ws.terminate());
    });
    return true;
  };
}
