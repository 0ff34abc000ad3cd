import type { z } from 'zod';
import type { Caller } from '../src/adapters/ci/caller.ts';
import { streamCalls as droneStreams } from '../src/adapters/ci/drone/events.ts';
import { logCalls as droneLogs } from '../src/adapters/ci/drone/logs.ts';
import { liveCalls } from '../src/adapters/ci/drone-0.8/live.ts';
import { sentBuild, sentProc } from '../src/adapters/ci/drone-0.8/testing.ts';
import { streamCalls as woodpeckerStreams } from '../src/adapters/ci/woodpecker/events.ts';
import { logCalls as woodpeckerLogs } from '../src/adapters/ci/woodpecker/logs.ts';
import type { UpstreamRequest, UpstreamStream } from '../src/adapters/upstream/types.ts';
import { Failure, isFailure } from '../src/domain/failure.ts';
import type { ScriptedStep } from '../src/live/testing/scripted-step.ts';
import type { CiClient, LiveCalls, LogRecord } from '../src/ports/ci-server.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ClientOf } from '../src/testing/log-world.ts';

/** How the bytes of a server come: in pieces of so many; each connection breaks off after so many, as long as there are any. */
interface Bytes {
  piece: number;
  cuts: number[];
}

interface Wire {
  record(record: LogRecord, count: number): string;
  end: string;
  /** An entry of a stored log. */
  entry(record: LogRecord): string;
  /** There is no log: a body that says so, or null for a 404. */
  absent: string | null;
  calls(caller: Caller, step: ScriptedStep, clock: Clock): LiveCalls | Omit<LiveCalls, 'events'>;
}

const entryOf = ({ pos, out, time }: LogRecord) =>
  JSON.stringify({
    ...{ id: 0, step_id: 9, time, line: pos, type: 0 },
    data: out === '\n' ? null : Buffer.from(out.slice(0, -1)).toString('base64'),
  });
const isOver = (step: ScriptedStep) => step.finishedAt !== null;

export const wires = {
  drone: {
    record: (record) => `data: ${JSON.stringify(record)}\n\n\n`,
    end: 'event: error\ndata: eof\n\n',
    entry: (record) => JSON.stringify(record),
    absent: null,
    calls: (caller, _step, clock) => ({ ...droneStreams(caller, clock), ...droneLogs(caller) }),
  },
  'drone-0.8': {
    record: (record, count) => `id: ${count}\ndata: ${JSON.stringify({ proc: 'test', ...record })}\n\n`,
    end: 'event: error\ndata: eof\n\n',
    entry: (record) => JSON.stringify(record),
    absent: null,
    calls: (caller, step, clock) => {
      const answer = () => {
        const state = isOver(step) ? 'success' : 'running';
        const children = [sentProc(2, 1, { name: 'test', state })];
        return sentBuild({ procs: [sentProc(1, 0, { state, children })] });
      };
      const asked: Caller = {
        ...caller,
        json: async <S extends z.ZodType>(schema: S) => schema.parse(answer()) as z.output<S>,
      };
      return liveCalls(
        asked,
        clock,
        () => '41',
        () => true,
        { taskOf: () => null } as never,
      );
    },
  },
  woodpecker: {
    record: (record, count) => `id: ${count}\ndata: ${entryOf(record)}\n\n`,
    end: 'event: eof\ndata: eof\n\n',
    entry: entryOf,
    absent: 'null',
    calls: (caller, step, clock) => {
      const steps = {
        find: async () => ({
          ...{ repository: 1, step: 9, status: step.status, over: isOver(step) },
          ...{ finishedAt: step.finishedAt, askedAt: clock.now() },
        }),
      };
      const parts = { clock, steps, ids: {}, files: {} } as unknown as Parameters<
        typeof woodpeckerStreams
      >[1];
      return { ...woodpeckerStreams(caller, parts), ...woodpeckerLogs(caller, parts) };
    },
  },
} satisfies Record<string, Wire>;

/** A scripted step as a server's own bytes tell of it, read by the server's adapter. */
export const throughBytes =
  (wire: Wire, bytes: Bytes): ClientOf =>
  (step, clock) => {
    const cuts = [...bytes.cuts];
    async function* broken(source: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
      let left = cuts.shift() ?? Number.POSITIVE_INFINITY;
      for await (const text of source) {
        const all = Buffer.from(text);
        for (let from = 0; from < all.length; from += bytes.piece) {
          const piece = all.subarray(from, from + bytes.piece);
          if (piece.length >= left) {
            yield piece.subarray(0, left);
            throw new Failure('ci_unreachable', 'The connection broke.');
          }
          left -= piece.length;
          yield piece;
        }
      }
    }
    const upstream = {
      stream: async ({ route, accept, signal }: UpstreamRequest): Promise<UpstreamStream> => {
        const asked = signal ?? new AbortController().signal;
        if (accept === 'text/event-stream' || route.includes('stream'))
          return {
            ...{ status: 200, contentType: 'text/event-stream' },
            body: broken(streamed(step, wire, asked)),
          };
        const stored = await opened(isOver(step) ? storedOf(step, asked) : soFarOf(step, wire, asked), wire);
        return { status: 200, contentType: 'application/json', body: broken(stored) };
      },
    };
    const caller = {
      ...{ upstream, instance: 'ci', token: 'made-up', translate: (error: unknown) => error },
    } as unknown as Caller;
    return { ...step.client, ...wire.calls(caller, step, clock) } as CiClient;
  };

async function* streamed(step: ScriptedStep, wire: Wire, signal: AbortSignal): AsyncGenerator<string> {
  let count = 0;
  for await (const event of step.client.tail('a/b', { number: 7, stage: 1, step: 2 }, signal)) {
    if (event.type === 'open') yield ': ping\n\n';
    else if (event.type === 'end') yield wire.end;
    else yield event.records.map((record) => wire.record(record, ++count)).join('');
  }
}

const at = { number: 7, stage: 1, step: 2 };
const storedOf = ({ client }: ScriptedStep, signal: AbortSignal) => client.storedLog('a/b', at, signal);
/** A server that stores nothing before the end has none. */
const soFarOf = (step: ScriptedStep, wire: Wire, signal: AbortSignal) =>
  wire.absent === null || step.client.storedSoFar === null
    ? storedOf(step, signal)
    : step.client.storedSoFar('a/b', at, signal);

/** The body of a stored log. What fails before its first byte fails as a status. */
async function opened(source: AsyncIterable<LogRecord[]>, wire: Wire): Promise<AsyncIterable<string>> {
  const batches = source[Symbol.asyncIterator]();
  let first: IteratorResult<LogRecord[]>;
  try {
    first = await batches.next();
  } catch (error) {
    if (!isFailure(error, 'log_absent')) throw error;
    if (wire.absent === null) throw new Failure('not_found', 'No such log.');
    return once(wire.absent);
  }
  return (async function* () {
    let any = false;
    for (let next = first; !next.done; next = await batches.next()) {
      yield `${any ? ',' : '['}${next.value.map(wire.entry).join(',')}`;
      any = true;
    }
    yield any ? ']' : 'null';
  })();
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
