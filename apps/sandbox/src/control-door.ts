import express, { type Express, type Response } from 'express';
import { z } from 'zod';
import type { Control } from './control.ts';

/** Which CI server; the first when absent. */
const server = z.string().optional();
/** Which repository, and on which forge; the first that has it when absent. */
const where = z.object({ repo: z.string(), forge: z.string().optional() });
const step = z.object({
  server,
  repo: z.string(),
  build: z.coerce.number(),
  stage: z.coerce.number(),
  step: z.coerce.number(),
});

/** The control door: the functions of `Control` as JSON over HTTP. Wrong input is a 400 with a reason. */
export function controlDoor(control: Control): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '20mb' }));
  const on = <T extends z.ZodType>(path: string, shape: T, run: (input: z.infer<T>) => unknown): void => {
    app.post(path, (request, response) => reply(response, () => run(shape.parse(request.body ?? {}))));
  };
  const get = <T extends z.ZodType>(path: string, shape: T, run: (input: z.infer<T>) => unknown): void => {
    app.get(path, (request, response) => reply(response, () => run(shape.parse(request.query))));
  };
  const nothing = z.object({});

  on('/reset', z.object({ seed: z.enum(['demo', 'recorded']).optional() }), ({ seed }) =>
    control.reset(seed),
  );
  get('/clock', nothing, () => control.clock());
  on(
    '/clock',
    z.object({
      rate: z.number().positive().optional(),
      paused: z.boolean().optional(),
      advance: z.number().optional(),
    }),
    (change) => {
      control.setClock(change);
      return control.clock();
    },
  );

  on(
    '/push',
    where.extend({
      branch: z.string().optional(),
      message: z.string(),
      author: z.string(),
      files: z.record(z.string(), z.string().nullable()).optional(),
    }),
    (input) => control.push(input),
  );
  on('/tag', where.extend({ tag: z.string(), from: z.string().optional(), author: z.string() }), (input) =>
    control.tag(input),
  );
  on('/branch', where.extend({ branch: z.string(), from: z.string().optional() }), (input) =>
    control.branch(input),
  );
  on(
    '/pull-request',
    where.extend({
      title: z.string(),
      author: z.string(),
      branch: z.string(),
      from: z.string().optional(),
    }),
    (input) => control.pullRequest(input),
  );

  on('/steps/hold', step, (address) => control.hold(address));
  on('/steps/release', step, (address) => control.release(address));
  on('/steps/print', step.extend({ text: z.string() }), ({ text, ...address }) =>
    control.print(address, text),
  );
  on('/steps/exit', step.extend({ code: z.number() }), ({ code, ...address }) => control.exit(address, code));
  on('/steps/generate', step.extend({ lines: z.number().int().positive() }), ({ lines, ...address }) =>
    control.generate(address, lines),
  );
  get('/steps/printed', step, (address) => control.printed(address));
  get('/steps/stored', step, (address) => control.stored(address));

  get('/faults', nothing, () => control.faults());
  on(
    '/faults',
    z.object({
      face: z.string(),
      match: z.string().optional(),
      status: z.number().optional(),
      body: z.string().optional(),
      contentType: z.string().optional(),
      delay: z.number().optional(),
      refuse: z.boolean().optional(),
      times: z.number().optional(),
    }),
    (input) => control.addFault(defined(input)),
  );
  app.delete('/faults', (_request, response) => reply(response, () => control.clearFaults()));
  app.delete('/faults/:id', (request, response) =>
    reply(response, () => control.clearFaults(Number(request.params.id))),
  );
  const which = z.object({ server });
  get('/streams', which, ({ server }) => control.streams(server));
  on(
    '/streams/cut',
    which.extend({ kind: z.enum(['events', 'log']).optional(), path: z.string().optional() }),
    (streams) => ({ cut: control.cutStreams(streams) }),
  );
  on(
    '/server/restart',
    which.extend({ silence: z.number().optional(), down: z.number().optional() }),
    (times) => control.restartServer(times),
  );
  on('/server/stop', which, ({ server }) => control.stopServer(server));
  on('/server/start', which, ({ server }) => control.startServer(server));

  get('/runners', which, ({ server }) => control.runners(server));
  on(
    '/runners',
    which.extend({
      name: z.string(),
      type: z.string().default('exec'),
      os: z.string().default('linux'),
      arch: z.string().default('amd64'),
      capacity: z.number().default(2),
      labels: z.record(z.string(), z.string()).optional(),
    }),
    (runner) => control.addRunner(runner),
  );
  app.delete('/runners/:name', (request, response) =>
    reply(response, () => control.killRunner(request.params.name, which.parse(request.query).server)),
  );
  on('/queue', which.extend({ paused: z.boolean() }), ({ paused, server }) =>
    control.setQueue(paused, server),
  );

  on('/tokens/rotate', which.extend({ login: z.string() }), ({ login, server }) => ({
    token: control.rotateToken(login, server),
  }));
  on(
    '/tokens/expire',
    z.object({ login: z.string().optional(), refresh: z.boolean().optional() }),
    (whose) => ({ expired: control.expireForgeTokens(whose) }),
  );
  on(
    '/roles',
    where.extend({ login: z.string(), role: z.enum(['read', 'write', 'admin']).nullable() }),
    ({ repo, login, role, forge }) => control.setRole(repo, login, role, forge),
  );
  on(
    '/people',
    z.object({ login: z.string().min(1), password: z.string().min(1), forge: z.string().optional() }),
    (person) => control.addPerson(person),
  );
  on(
    '/settings',
    z.object({
      cancelReaches: z.boolean().optional(),
      missingFileDelay: z.number().optional(),
      invalidateRefreshTokens: z.boolean().optional(),
      accessTokenLifetime: z.number().optional(),
    }),
    (change) => control.settings(change),
  );

  const filter = z.object({
    face: z.string().optional(),
    since: z.coerce.number().optional(),
    match: z.string().optional(),
  });
  get('/calls', filter, (calls) => control.parts.calls.list(calls));
  get('/calls/counts', filter, (calls) => control.parts.calls.counts(calls));
  app.delete('/calls', (_request, response) => reply(response, () => control.parts.calls.clear()));
  get('/servers', nothing, () => control.servers());
  get('/state', which, ({ server }) => control.state(server));
  return app;
}

async function reply(response: Response, run: () => unknown): Promise<void> {
  try {
    const result = run();
    response.json((result instanceof Promise ? await result : result) ?? { ok: true });
  } catch (error) {
    response.status(400).json({ error: error instanceof Error ? error.message : String(error) });
  }
}

/** Without the keys whose value is undefined. */
function defined<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
