import type { LogEntry, WpRepo, WpStep } from '../../woodpecker/model.ts';
import { GoWriter, goJson } from '../go.ts';
import type { Router } from '../router.ts';
import { repoFor } from './access.ts';
import type { Call } from './context.ts';
import { logShape } from './shapes.ts';
import { isOld, wire } from './wire.ts';

const pingEvery = 30_000;

function open(call: Call, kind: 'events' | 'log'): GoWriter {
  const { response, context } = call;
  response.setHeader('content-type', 'text/event-stream');
  response.setHeader('cache-control', kind === 'events' ? 'no-store' : 'no-cache');
  response.setHeader('connection', 'keep-alive');
  response.setHeader('x-accel-buffering', 'no');
  response.statusCode = 200;
  const stream = { kind, path: call.path, response };
  context.streams.add(stream);
  response.on('close', () => context.streams.delete(stream));
  response.socket?.setNoDelay(true);
  return new GoWriter(response);
}

/** `: ping` at once, and whenever nothing was written for half a minute. `beat` tells that something was. */
function pings(call: Call, writer: GoWriter): { beat: () => void; stop: () => void } {
  const { clock } = call.server.world;
  const ping = (): void => {
    // A server that is down says nothing more on what is still open.
    if (call.server.up) {
      writer.write(': ping\n\n');
      writer.flush();
    }
    timer = clock.after(pingEvery, ping);
  };
  let timer = clock.after(pingEvery, ping);
  writer.write(': ping\n\n');
  writer.flush();
  return {
    beat: () => {
      timer.cancel();
      timer = clock.after(pingEvery, ping);
    },
    stop: () => timer.cancel(),
  };
}

export function streamRoutes(router: Router<Call>): void {
  router.on('GET', '/api/stream/events', events);
  router.on('GET', '/api/stream/logs/{repo}/{number}/{step}', log);
}

function events(call: Call): void {
  const { server, state, user } = call;
  // Decided once, when the stream opens. What the forge shows to all goes to all, whatever the server's own setting.
  const own = new Set(
    user
      ? state.repos.filter((repo) => repo.active && state.perm(user.id, repo.id)).map((repo) => repo.id)
      : [],
  );
  const writer = open(call, 'events');
  const { beat, stop } = pings(call, writer);
  const leave = server.events.subscribe(({ repo, pipeline }) => {
    if (repo.private && !own.has(repo.id)) return;
    beat();
    const told = {
      repo: wire.repo(server, repo),
      pipeline: wire.pipeline(server, pipeline, { raw: true, workflows: true }),
    };
    // In these parts, as upstream: where a long one is cut depends on it.
    writer.write('data: ');
    writer.write(goJson(told).trimEnd());
    writer.write('\n\n');
    writer.flush();
  });
  call.response.on('close', () => {
    leave();
    stop();
  });
}

function log(call: Call): void {
  const repo = repoFor(call, 'pull');
  const { server } = call;
  const writer = open(call, 'log');
  const { beat, stop } = pings(call, writer);
  const close = (event: string, data: string): void => {
    stop();
    writer.write(`event: ${event}\ndata: ${data}\n\n`);
    writer.flush();
    call.response.end();
  };
  // Whatever is wrong is told in the stream: its status is 200 by now.
  const step = streamable(call, repo);
  if (typeof step === 'string') {
    close('error', step);
    return;
  }
  // By count of this connection, not by the number of the line.
  let skip = Number(call.request.headers['last-event-id'] ?? 0) || 0;
  let count = 0;
  const leave = server.openLog(step.id).subscribe({
    deliver(entries: readonly LogEntry[]) {
      beat();
      for (const entry of entries) {
        count += 1;
        if (skip > 0) {
          skip -= 1;
          continue;
        }
        writer.write(`id: ${count}\ndata: ${goJson(logShape(entry, step.id)).trimEnd()}\n\n`);
        writer.flush();
      }
    },
    end: () => (isOld(server) ? close('error', 'eof') : close('eof', 'eof')),
  });
  call.response.on('close', () => {
    leave();
    stop();
  });
}

/** The step whose log is asked for, or why it cannot be streamed. */
function streamable({ state, params }: Call, repo: WpRepo): WpStep | string {
  const number = Number(params.number);
  if (!Number.isInteger(number)) return 'pipeline number invalid';
  const pipeline = state.pipeline(repo.id, number);
  if (!pipeline) return 'pipeline not found';
  const id = Number(params.step);
  if (!Number.isInteger(id)) return 'step id invalid';
  const step = state.step(pipeline, id);
  if (!step) return 'process not found';
  return step.state === 'pending' || step.state === 'running' ? step : 'step not running (anymore)';
}
