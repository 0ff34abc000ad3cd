import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIVE_PROTOCOL, liveClose, type Problem } from '@flightdeck/api-client/contract';
import { WebSocketServer } from 'ws';
import type { Bus, BusEvent } from '../ports/bus.ts';
import type { Caller } from '../services/context.ts';
import type { LiveLimits } from './limits.ts';
import { LiveSocket } from './live-socket.ts';
import { Rechecks } from './rechecks.ts';
import { type TopicDeps, Topics } from './topics.ts';
import { refusal, refuse } from './upgrade.ts';

export interface GatewayDeps extends TopicDeps {
  bus: Bus;
  random: () => number;
  limits: LiveLimits;
  /** `https://ci.example.org`: scheme, host and port of the public address, as browsers send it. */
  origin: string;
  /** Whether a request names the console by a host of its own. */
  hasOwnHost: (request: IncomingMessage) => boolean;
  /** Path of the socket below the base path: `/ci/api/live`. */
  path: string;
  /** Who sends this request; null = nobody is signed in. Called again for as long as the socket lives. */
  authenticate(request: IncomingMessage): Promise<Caller | null>;
  toProblem: (error: unknown, requestId: string | null) => Problem;
}

export interface LiveGateway {
  /** For the HTTP server's `upgrade` event. Answers every request, also those that are not for it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every browser to connect again, and waits until they are gone or `ms` have passed. */
  shutdown(ms: number): Promise<void>;
  readonly sockets: number;
  /** Bytes that wait in all sockets together for their peers to read. */
  readonly waiting: number;
}

export function createLiveGateway(deps: GatewayDeps): LiveGateway {
  const { limits } = deps;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.maxPayload,
    maxFragments: 16,
    maxBufferedChunks: 256,
    handleProtocols: () => LIVE_PROTOCOL,
  });
  const topics = new Topics(deps);
  const rechecks = new Rechecks(deps);
  const sockets = new Set<LiveSocket>();
  let closing = false;
  let onEmpty = () => {};

  const unsubscribe = deps.bus.subscribe((event) => {
    for (const socket of sockets)
      if (concerns(event, socket.caller)) socket.close(liveClose.signedOut, 'signed out');
  });

  async function accept(request: IncomingMessage, duplex: Duplex, head: Buffer): Promise<void> {
    const caller = await deps.authenticate(request);
    if (duplex.destroyed) return;
    server.handleUpgrade(request, duplex, head, (ws) => {
      // A browser cannot see the status of a refused upgrade. A close code it can, and stops trying.
      const full = caller !== null && ofPerson(sockets, caller) >= limits.socketsPerPerson;
      if (!caller || full || closing) {
        ws.on('error', () => {});
        if (!caller) ws.close(liveClose.signedOut, 'signed out');
        else if (full) ws.close(liveClose.quota, 'too many connections');
        else ws.close(liveClose.restart, 'restarting');
        void deps.clock.sleep(2_000).then(() => ws.terminate());
        return;
      }
      const socket = new LiveSocket(ws, duplex, caller, { ...deps, open: topics.open.bind(topics) }, () => {
        sockets.delete(socket);
        rechecks.remove(socket);
        if (sockets.size === 0) onEmpty();
      });
      sockets.add(socket);
      rechecks.add(socket, () => deps.authenticate(request));
    });
  }

  return {
    upgrade(request, duplex, head) {
      const status = closing ? 503 : refusal(request, deps);
      if (status !== null) return refuse(duplex, status);
      // Until the upgrade is done nobody else listens for errors of the connection.
      const ignore = () => {};
      duplex.on('error', ignore);
      accept(request, duplex, head)
        .catch(() => refuse(duplex, 503))
        .finally(() => duplex.off('error', ignore));
    },
    async shutdown(ms) {
      closing = true;
      unsubscribe();
      const empty = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      for (const socket of sockets) socket.close(liveClose.restart, 'restarting');
      if (sockets.size > 0) await Promise.race([empty, deps.clock.sleep(ms)]);
      for (const socket of sockets) socket.terminate();
    },
    get sockets() {
      return sockets.size;
    },
    get waiting() {
      let bytes = 0;
      for (const socket of sockets) bytes += socket.waiting;
      return bytes;
    },
  };
}

function concerns(event: BusEvent, caller: Caller): boolean {
  if (event.type === 'session-ended') return event.sessionHash === caller.sessionHash;
  if (event.type !== 'person-signed-out') return false;
  return event.forge === caller.person.forge && event.forgeUserId === caller.person.forgeUserId;
}

function ofPerson(sockets: ReadonlySet<LiveSocket>, { person }: Caller): number {
  let count = 0;
  for (const { caller } of sockets)
    if (caller.person.forge === person.forge && caller.person.forgeUserId === person.forgeUserId) count += 1;
  return count;
}
