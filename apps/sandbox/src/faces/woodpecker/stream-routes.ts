import type { WpRepo, WpStep } from '../../woodpecker/model.ts';
import { type GoWriter, goJson } from '../go.ts';
import type { Router } from '../router.ts';
import { closeStream, openStream, pings, writeData } from '../sse.ts';
import { repoFor } from './access.ts';
import type { Call } from './context.ts';
import { logShape } from './shapes.ts';
import { wire } from './wire.ts';

/** Bytes that may wait for a reader before no more are made for it. */
const waiting = 1024 * 1024;

function open(call: Call, kind: 'events' | 'log'): { writer: GoWriter } & ReturnType<typeof pings> {
  const { response, context, path, server } = call;
  const cache = kind === 'events' ? 'no-store' : 'no-cache';
  const writer = openStream(response, context.streams, { kind, path, cache });
  return { writer, ...pings(server.world.clock, writer, () => server.up) };
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
  const { writer, beat, stop } = open(call, 'events');
  const leave = server.events.subscribe(({ repo, pipeline }) => {
    if (repo.private && !own.has(repo.id)) return;
    beat();
    const told = {
      repo: wire.repo(server, repo),
      pipeline: wire.pipeline(server, pipeline, { raw: true, workflows: true }),
    };
    writeData(writer, goJson(told).trimEnd());
  });
  call.response.on('close', () => {
    leave();
    stop();
  });
}

function log(call: Call): void {
  const repo = repoFor(call, 'pull');
  const { server } = call;
  const { writer, beat, stop } = open(call, 'log');
  const close = (event: string, data: string): void => {
    stop();
    closeStream(call.response, writer, event, data);
  };
  // Whatever is wrong is told in the stream: its status is 200 by now.
  const step = streamable(call, repo);
  if (typeof step === 'string') {
    close('error', step);
    return;
  }
  // By count of this connection, not by the number of the line.
  let sent = Math.max(0, Number(call.request.headers['last-event-id'] ?? 0) || 0);
  const live = server.openLog(step.id);
  const { lines } = live;
  let free = true;
  let ended = false;
  const pump = (): void => {
    for (; free && sent < lines.count; sent += 1) {
      const entry = lines.at(sent);
      if (!entry) continue;
      writer.write(`id: ${sent + 1}\ndata: ${goJson(logShape(entry, step.id)).trimEnd()}\n\n`);
      free = writer.flush() || call.response.writableLength < waiting;
    }
    if (ended && sent >= lines.count) close(server.isOld ? 'error' : 'eof', 'eof');
  };
  const leave = live.subscribe({
    more: () => {
      beat();
      pump();
    },
    end: () => {
      ended = true;
      pump();
    },
  });
  call.response.on('drain', () => {
    free = true;
    pump();
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
