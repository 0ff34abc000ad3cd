import type { BuildNotice } from '../../ci/events.ts';
import type { LogReader } from '../../ci/live-log.ts';
import { GoWriter, goJson } from '../go.ts';
import type { Router } from '../router.ts';
import { repositoryFor } from './access.ts';
import { type Call, intParam, noSuchRow } from './context.ts';
import { buildShape, repoShape } from './shapes.ts';

const pingEvery = 30_000;

function open(call: Call, kind: 'events' | 'log'): GoWriter {
  const { response, context } = call;
  response.setHeader('content-type', 'text/event-stream');
  response.setHeader('cache-control', 'no-cache');
  response.setHeader('connection', 'keep-alive');
  response.setHeader('x-accel-buffering', 'no');
  response.statusCode = 200;
  const stream = { kind, path: call.path, response };
  context.streams.add(stream);
  response.on('close', () => context.streams.delete(stream));
  // Small pieces must leave as they are written.
  response.socket?.setNoDelay(true);
  return new GoWriter(response);
}

export function streamRoutes(router: Router<Call>): void {
  router.on('GET', '/api/stream', (call) => {
    const { ci } = call.core.world;
    // Decided once, when the stream opens: a repository synced later needs a new connection.
    const own = new Set(
      call.user
        ? ci.repositories.filter((repo) => ci.permission(call.user?.id ?? 0, repo)).map((repo) => repo.id)
        : [],
    );
    events(call, ({ repo }) => {
      if (repo.visibility === 'public') return true;
      if (repo.visibility === 'internal' && call.user) return true;
      return own.has(repo.id);
    });
  });
  router.on('GET', '/api/stream/{owner}/{name}', (call) => {
    const wanted = repositoryFor(call, 'read');
    events(call, ({ repo }) => repo.id === wanted.id);
  });
  router.on('GET', '/api/stream/{owner}/{name}/{number}/{stage}/{step}', log);
}

function events(call: Call, wanted: (notice: BuildNotice) => boolean): void {
  const writer = open(call, 'events');
  const { core } = call;
  const ping = (): void => {
    writer.write(': ping\n\n');
    writer.flush();
  };
  let timer = core.world.clock.after(pingEvery, beat);
  function beat(): void {
    ping();
    timer = core.world.clock.after(pingEvery, beat);
  }
  ping();
  const leave = core.server.events.subscribe((notice) => {
    // About a hundred events wait for a slow reader; what is more is dropped without a word.
    if (!wanted(notice) || call.response.writableLength > 300_000) return;
    timer.cancel();
    timer = core.world.clock.after(pingEvery, beat);
    writer.write('data: ');
    writer.write(goJson(repoShape(core, notice.repo, { build: buildShape(notice.build, true) })).trimEnd());
    writer.write('\n\n');
    writer.flush();
  });
  call.response.on('close', () => {
    leave();
    timer.cancel();
  });
}

function log(call: Call): void {
  const repo = repositoryFor(call, 'read');
  const { core } = call;
  const build = core.world.ci.build(repo.id, intParam(call, 'number'));
  const stage = intParam(call, 'stage');
  const number = intParam(call, 'step');
  const step = build ? core.world.ci.step(build, stage, number) : undefined;
  if (!step) throw noSuchRow();
  const writer = open(call, 'log');
  writer.write(': ping\n\n');
  writer.flush();
  const end = (): void => {
    writer.write('event: error\ndata: eof\n\n');
    writer.flush();
    call.response.end();
  };
  const live = core.server.liveLogs.get(step.id);
  if (!live) {
    end();
    return;
  }
  // Written like every 30 s, but not flushed: a ping leaves only with the next line.
  let timer = core.world.clock.after(pingEvery, beat);
  function beat(): void {
    writer.write(': ping\n\n');
    timer = core.world.clock.after(pingEvery, beat);
  }
  const reader: LogReader = {
    deliver(records) {
      timer.cancel();
      timer = core.world.clock.after(pingEvery, beat);
      let free = true;
      for (const record of records) {
        writer.write('data: ');
        writer.write(goJson(record));
        writer.write('\n\n');
        free = writer.flush() && free;
      }
      return free || call.response.writableLength < 256 * 1024;
    },
    end,
  };
  const { leave, resume } = live.subscribe(reader);
  call.response.on('drain', resume);
  call.response.on('close', () => {
    leave();
    timer.cancel();
  });
}
