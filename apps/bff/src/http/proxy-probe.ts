import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../ports/clock.ts';
import type { Arrivals, Arrived } from '../ports/own-address.ts';

/** Between the two parts of the slow answer. */
const PAUSE_MS = 700;

export type ProbeHandler = (req: IncomingMessage, res: ServerResponse) => void;

/** Paths below the base path; what stands there tells a caller about their own request and nothing else. */
export const probePaths = {
  echo: '/api/probe/echo',
  drip: '/api/probe/drip',
  socket: '/api/probe/socket',
} as const;

/**
 * What the check of the configuration calls through the public address: how a request arrives here, whether an answer
 * leaves as it is written, whether a websocket passes (`live/probe-socket.ts`). Open to anybody: only so does the way to it
 * depend on nothing else.
 */
export function proxyProbe(deps: {
  /** Of this process. */
  instance: string;
  arrivals: Arrivals;
  isProxy: (request: IncomingMessage) => boolean;
  clock: Pick<Clock, 'sleep'>;
}): { path: string; handler: ProbeHandler }[] {
  const handlers: Record<keyof typeof probePaths, ProbeHandler> = {
    echo(req, res) {
      const forwardedFor = headerOf(req, 'x-forwarded-for');
      const arrived: Omit<Arrived, 'from'> = {
        instance: deps.instance,
        trusted: deps.isProxy(req),
        named: forwardedFor !== null,
        forwardedProto: headerOf(req, 'x-forwarded-proto'),
      };
      deps.arrivals.note(wordOf(req), { peer: req.socket.remoteAddress ?? '', forwardedFor });
      begin(res, 200, 'application/json');
      res.end(JSON.stringify(arrived));
    },

    // Proxies are not told here to let it through: whether they do by themselves is the question.
    drip(_req, res) {
      begin(res, 200, 'text/plain; charset=utf-8');
      res.write('drip\n');
      void deps.clock.sleep(PAUSE_MS).then(() => res.end('drop\n'));
    },

    socket(_req, res) {
      begin(res, 426, 'text/plain; charset=utf-8');
      res.setHeader('upgrade', 'websocket');
      res.end('This is for websockets: the request came without an upgrade.\n');
    },
  };
  return (['echo', 'drip', 'socket'] as const).map((name) => ({
    path: probePaths[name],
    handler: handlers[name],
  }));
}

/** `no-transform`: whoever packs answers would collect it first. */
function begin(res: ServerResponse, status: number, type: string): void {
  res.statusCode = status;
  res.setHeader('content-type', type);
  res.setHeader('cache-control', 'no-store, no-transform');
}

const wordOf = (req: IncomingMessage): string => /[?&]word=([\w-]{1,64})/.exec(req.url ?? '')?.[1] ?? '';

function headerOf(req: IncomingMessage, name: string): string | null {
  const value = req.headers[name];
  return value === undefined ? null : [value].flat().join(', ').slice(0, 300);
}
