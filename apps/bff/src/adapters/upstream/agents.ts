import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { Agent, type Dispatcher } from 'undici';
import type { UpstreamLimits } from './types.ts';

export interface Agents {
  reads: Dispatcher;
  /**
   * A new connection for every call. On a kept one a server's restart shows only after the request was sent, and
   * a change would count as uncertain that never arrived.
   */
  writes: Dispatcher;
  close(): Promise<void>;
}

export function createAgents(limits: UpstreamLimits, caFile?: string, given?: Dispatcher): Agents {
  if (given) return { reads: given, writes: given, close: async () => {} };
  const connect = {
    timeout: limits.connectMs,
    ...(caFile ? { ca: [...rootCertificates, readFileSync(caFile, 'utf8')] } : {}),
  };
  const reads = new Agent({ connect, clientTtl: limits.socketMaxAgeMs });
  const writes = new Agent({ connect, pipelining: 0 });
  return {
    reads,
    writes,
    close: async () => {
      await Promise.all([reads.destroy(), writes.destroy()]);
    },
  };
}
