import { LIVE_PROTOCOL } from '@flightdeck/api-client/contract';
import { Agent, type Dispatcher, request } from 'undici';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { Arrivals, Echo, EchoFault, OwnAddress } from '../../ports/own-address.ts';
import { codeOf, isCertificateCode, wordsOf, wordsOfAnswer } from '../upstream/errors.ts';
import { redact } from '../upstream/redact.ts';

const arrivedWire = z.object({
  instance: z.string().min(1),
  trusted: z.boolean(),
  named: z.boolean(),
  forwardedProto: z.string().nullable(),
});
/** The console's own problem: only a console answers so. */
const problemWire = z.object({ code: z.string(), requestId: z.string(), retryAfter: z.number().nullable() });

const LONGEST_MS = 5_000;
/** The two parts of the slow answer are sent further apart than this; a proxy that collects brings them together. */
const APART_MS = 300;

/** Calls the public address as any browser would, with the system's certificates and nothing else. */
export function createOwnAddress(options: {
  publicUrl: string;
  origin: string;
  clock: Clock;
  arrivals: Arrivals;
  newWord: () => string;
}): OwnAddress {
  const { publicUrl, origin, clock, arrivals } = options;
  const dispatcher = new Agent({ connect: { timeout: 3_000 }, pipelining: 0 });
  const at = (path: string): string => `${publicUrl}api/probe/${path}`;
  const get = (path: string): Promise<Dispatcher.ResponseData> =>
    request(at(path), {
      dispatcher,
      headers: { 'accept-encoding': 'identity', accept: '*/*', 'cache-control': 'no-cache' },
      headersTimeout: LONGEST_MS,
      bodyTimeout: LONGEST_MS,
    });

  async function echo(): Promise<Echo> {
    const tried = `GET ${at('echo')}`;
    const fault = (kind: EchoFault, raw: string): Echo => ({ tried, fault: kind, raw: redact(raw) });
    try {
      const word = options.newWord();
      const answer = await get(`echo?word=${word}`);
      const text = (await answer.body.text()).slice(0, 10_000);
      const status = answer.statusCode;
      const value = jsonOf(text);
      const arrived = arrivedWire.safeParse(value);
      if (status === 200 && arrived.success)
        return { tried, fault: null, arrived: { ...arrived.data, from: arrivals.take(word) } };
      if (status >= 300 && status < 400)
        return fault('redirect', `${status} to ${String(answer.headers.location ?? 'nowhere')}`);
      const problem = problemWire.safeParse(value);
      const words = `${status} ${wordsOfAnswer({ status, headers: answer.headers, text })}`;
      if (problem.success && status === 421) return fault('host', words);
      if (problem.success && status === 404) return fault('base-path', words);
      return fault('another', words);
    } catch (error) {
      return fault(isCertificateCode(codeOf(error)) ? 'certificate' : 'unreachable', wordsOf(error));
    }
  }

  /** Milliseconds between the first part of the answer and its end. */
  async function apart(): Promise<number> {
    const answer = await get('drip');
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      throw new Error(`HTTP ${answer.statusCode}`);
    }
    let first: number | null = null;
    for await (const _ of answer.body) first ??= clock.now();
    return first === null ? 0 : clock.now() - first;
  }

  return {
    echo,

    async drip() {
      const tried = `GET ${at('drip')}`;
      try {
        let gap = await apart();
        // This process may have been busy when the first part came.
        if (gap < APART_MS) gap = await apart();
        return gap < APART_MS
          ? { tried, fault: 'buffered', raw: `${gap} ms` }
          : { tried, fault: null, raw: null };
      } catch (error) {
        return { tried, fault: 'failed', raw: redact(wordsOf(error)) };
      }
    },

    socket() {
      const address = at('socket').replace(/^http/, 'ws');
      const tried = `GET ${address} (Upgrade: websocket)`;
      return new Promise((resolve) => {
        const ws = new WebSocket(address, LIVE_PROTOCOL, {
          headers: { origin },
          handshakeTimeout: LONGEST_MS,
          followRedirects: false,
          perMessageDeflate: false,
        });
        let heard = false;
        const end = (fault: 'stripped' | 'refused' | 'cut' | null, raw: string | null) => {
          void clock.sleep(0).then(() => ws.terminate());
          resolve({ tried, fault, raw: raw === null ? null : redact(raw) });
        };
        ws.on('message', () => {
          heard = true;
          end(null, null);
        });
        ws.on('unexpected-response', (_request, answer) => {
          const status = answer.statusCode ?? 0;
          answer.resume();
          end(status === 426 ? 'stripped' : 'refused', `HTTP ${status} ${answer.statusMessage ?? ''}`.trim());
        });
        ws.on('error', (error) => end('cut', wordsOf(error)));
        ws.on('close', (code) => {
          if (!heard) end('cut', `close ${code}`);
        });
      });
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
