import type { CiClient, LogRecord } from '../../../../ports/ci-server.ts';
import { type Exchange, routeAmong } from '../../../../testing/recordings.ts';

type Call = (client: CiClient, exchange: Exchange, at: (name: string) => string) => Promise<unknown>;

async function collect(log: AsyncIterable<LogRecord[]>): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  for await (const batch of log) all.push(...batch);
  return all;
}

const repo = '/api/repos/{owner}/{name}';
const path = (at: (name: string) => string) => `${at('owner')}/${at('name')}`;
const number = (at: (name: string) => string) => Number(at('number'));
const query = (exchange: Exchange) => new URL(exchange.path, 'http://x').searchParams;
const others = (exchange: Exchange, ...own: string[]) =>
  Object.fromEntries([...query(exchange)].filter(([key]) => !own.includes(key)));
const stepOf = (at: (name: string) => string) => ({
  number: number(at),
  stage: Number(at('stage')),
  step: Number(at('step')),
});
const never = new AbortController().signal;

/** Which of the adapter's calls reads the answer of a route. */
export const calls: Record<string, Call> = {
  'GET /api/user': (client) => client.me(),
  'GET /api/user/repos': (client) => client.repositories(),
  'POST /api/user/repos': (client) => client.sync(),
  'GET /api/repos': (client) => client.allRepositories(),
  [`GET ${repo}`]: (client, _, at) => client.repository(path(at)),
  [`POST ${repo}`]: (client, _, at) => client.activate(path(at), '0'),
  [`PATCH ${repo}`]: (client, _, at) => client.changeSettings(path(at), { protected: true }),
  [`DELETE ${repo}`]: (client, _, at) => client.deactivate(path(at)),
  [`POST ${repo}/repair`]: (client, _, at) => client.repair(path(at)),
  [`POST ${repo}/chown`]: (client, _, at) => client.takeOwnership(path(at)),
  [`GET ${repo}/collaborators`]: (client, _, at) => client.admins(path(at)),
  [`GET ${repo}/builds`]: (client, exchange, at) =>
    client.builds(
      path(at),
      Number(query(exchange).get('page') ?? 1),
      Number(query(exchange).get('per_page') ?? 25),
    ),
  [`POST ${repo}/builds`]: (client, exchange, at) =>
    client.start(path(at), {
      branch: query(exchange).get('branch') ?? 'main',
      parameters: others(exchange, 'branch', 'commit'),
    }),
  [`GET ${repo}/builds/{number}`]: (client, _, at) => client.build(path(at), number(at)),
  [`POST ${repo}/builds/{number}`]: (client, exchange, at) =>
    client.restart(path(at), number(at), {
      debug: query(exchange).has('debug'),
      parameters: others(exchange, 'debug'),
    }),
  [`DELETE ${repo}/builds/{number}`]: (client, _, at) => client.cancel(path(at), number(at)),
  [`POST ${repo}/builds/{number}/promote`]: (client, exchange, at) =>
    client.promote(path(at), number(at), {
      environment: query(exchange).get('target') ?? 'any',
      parameters: others(exchange, 'target'),
    }),
  [`POST ${repo}/builds/{number}/rollback`]: (client, exchange, at) =>
    client.rollback(path(at), number(at), {
      environment: query(exchange).get('target') ?? 'any',
      parameters: others(exchange, 'target'),
    }),
  [`POST ${repo}/builds/{number}/approve/{stage}`]: (client, _, at) =>
    client.approve(path(at), number(at), Number(at('stage'))),
  [`POST ${repo}/builds/{number}/decline/{stage}`]: (client, _, at) =>
    client.decline(path(at), number(at), Number(at('stage'))),
  [`POST ${repo}/builds/{number}/decline`]: (client, _, at) => client.decline(path(at), number(at), null),
  [`GET ${repo}/builds/{number}/logs/{stage}/{step}`]: (client, _, at) =>
    collect(client.storedLog(path(at), stepOf(at), never)),
  'GET /api/stream/{owner}/{name}/{number}/{stage}/{step}': async (client, _, at) => {
    for await (const event of client.tail(path(at), stepOf(at), never)) return event;
    return null;
  },
  'GET /api/builds/incomplete': (client) => client.incomplete(),
  'GET /api/queue': (client) => client.queue(),
  [`GET ${repo}/secrets`]: (client, _, at) => client.secrets(path(at)),
  [`POST ${repo}/secrets`]: (client, _, at) =>
    client.addSecret(path(at), { name: 'any', value: 'made up', pullRequests: false }),
  [`PATCH ${repo}/secrets/{secret}`]: (client, _, at) =>
    client.changeSecret(path(at), at('secret'), { value: 'made up' }),
  [`DELETE ${repo}/secrets/{secret}`]: (client, _, at) => client.removeSecret(path(at), at('secret')),
};

/** Routes that were recorded and that the console does not call. */
export const notCalled: readonly string[] = [
  // Called with a session's cookie while an account is linked: see the exchanges of 10.
  'POST /api/user/token',
  'GET /healthz',
  'GET /varz',
  'GET /',
  'GET /nonsense/path',
  'GET /api/nonsense',
  'DELETE /api/user',
  'GET /api/user/builds',
  'GET /api/system/stats',
  'GET /api/builds/incomplete/v2',
  'DELETE /api/queue',
  'POST /api/queue',
  'GET /api/users',
  'POST /api/users',
  'GET /api/users/{login}',
  'DELETE /api/users/{login}',
  'GET /api/secrets',
  'GET /api/secrets/{namespace}',
  'POST /api/secrets/{namespace}',
  'PATCH /api/secrets/{namespace}/{secret}',
  'DELETE /api/secrets/{namespace}/{secret}',
  'GET /api/templates/{namespace}',
  'POST /api/templates/{namespace}',
  'DELETE /api/templates/{namespace}/{template}',
  'GET /api/badges/{owner}/{name}/status.svg',
  'GET /link/{owner}/{name}/tree/refs/heads/main',
  `GET ${repo}/builds/latest`,
  `GET ${repo}/builds/branches`,
  `GET ${repo}/builds/pulls`,
  `GET ${repo}/builds/deployments`,
  `GET ${repo}/builds/abc`,
  `DELETE ${repo}/builds/branches/feature/x`,
  `DELETE ${repo}/builds`,
  `DELETE ${repo}/builds/{number}/logs/{stage}/{step}`,
  `GET ${repo}/secrets/{secret}`,
  `GET ${repo}/cron`,
  `POST ${repo}/cron`,
  `GET ${repo}/cron/{cron}`,
  `POST ${repo}/cron/{cron}`,
  `PATCH ${repo}/cron/{cron}`,
  `DELETE ${repo}/cron/{cron}`,
  `POST ${repo}/sign`,
  `POST ${repo}/encrypt`,
];

/** The route an exchange belongs to; null: none is known for it. */
export const routeOf = (exchange: Exchange) =>
  routeAmong([...Object.keys(calls), ...notCalled, 'GET /version'], exchange, ['number', 'stage', 'step']);
