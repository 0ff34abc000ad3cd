import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ProbeHandler } from './proxy-probe.ts';
import { type Listening, type ListenOptions, listen } from './server.ts';

export interface StandInOptions extends Omit<ListenOptions, 'handler'> {
  /** By their whole paths. */
  probes: ReadonlyMap<string, ProbeHandler>;
  hasOwnHost: (request: IncomingMessage) => boolean;
}

/** Listens where the console would, and answers what its check asks through the public address, and nothing else. */
export const standIn = ({ probes, hasOwnHost, ...options }: StandInOptions): Promise<Listening> =>
  listen({
    ...options,
    handler: (req, res) => {
      const handler = probes.get((req.url ?? '').split('?')[0] ?? '');
      if (!hasOwnHost(req)) problem(res, 421, 'host');
      else if (handler) handler(req, res);
      else problem(res, 404, 'not_found');
    },
  });

/** As the console's own: by it the check knows that it is one. */
function problem(res: ServerResponse, status: number, code: string): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  res.end(JSON.stringify({ code, message: code, requestId: 'doctor', retryAfter: null }));
}
