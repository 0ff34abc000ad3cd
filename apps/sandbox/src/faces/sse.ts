import type { ServerResponse } from 'node:http';
import type { OpenStream } from '../servers/server.ts';
import type { Clock } from '../world/clock.ts';
import { GoWriter } from './go.ts';

const pingEvery = 30_000;

/** Begins an event stream as Woodpecker and Drone 0.8 do; the faults find it among `streams`. */
export function openStream(
  response: ServerResponse,
  streams: Set<OpenStream>,
  { kind, path, cache }: Pick<OpenStream, 'kind' | 'path'> & { cache: string },
): GoWriter {
  response.setHeader('content-type', 'text/event-stream');
  response.setHeader('cache-control', cache);
  response.setHeader('connection', 'keep-alive');
  response.setHeader('x-accel-buffering', 'no');
  response.statusCode = 200;
  const stream = { kind, path, response };
  streams.add(stream);
  response.on('close', () => streams.delete(stream));
  response.socket?.setNoDelay(true);
  return new GoWriter(response);
}

/**
 * `: ping` at once, and whenever nothing was written for half a minute. `beat` tells that something was.
 * @param isUp a server that is down says nothing more on what is still open
 */
export function pings(
  clock: Clock,
  writer: GoWriter,
  isUp: () => boolean,
): { beat: () => void; stop: () => void } {
  const write = (): void => {
    writer.write(': ping\n\n');
    writer.flush();
  };
  const ping = (): void => {
    if (isUp()) write();
    timer = clock.after(pingEvery, ping);
  };
  let timer = clock.after(pingEvery, ping);
  write();
  return {
    beat: () => {
      timer.cancel();
      timer = clock.after(pingEvery, ping);
    },
    stop: () => timer.cancel(),
  };
}

/** One event without a name, in the parts in which Go writes it: where a long one is cut depends on them. */
export function writeData(writer: GoWriter, json: string): void {
  writer.write('data: ');
  writer.write(json);
  writer.write('\n\n');
  writer.flush();
}

/** The last event of a stream. */
export function closeStream(response: ServerResponse, writer: GoWriter, event: string, data: string): void {
  writer.write(`event: ${event}\ndata: ${data}\n\n`);
  writer.flush();
  response.end();
}
