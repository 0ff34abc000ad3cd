import type { CiClient, LogRecord } from '../../../../ports/ci-server.ts';
import { type Exchange, routeAmong } from '../../../../testing/recordings.ts';
import { pathOf } from './read.ts';

type At = (name: string) => string;
type Call = (client: CiClient, exchange: Exchange, at: At) => Promise<unknown>;

async function collect(log: AsyncIterable<LogRecord[]>): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  for await (const batch of log) all.push(...batch);
  return all;
}

const repo = '/api/repos/{id}';
const path = (at: At) => pathOf(at('id'));
const number = (at: At) => Number(at('number'));
const query = (exchange: Exchange) => new URL(exchange.path, 'http://x').searchParams;
const bodyOf = (exchange: Exchange) => (exchange.body ?? {}) as Record<string, unknown>;
/** The step is named by its inner id there: the test answers for a pipeline in which it is the first one. */
export const firstStep = (at: At) => ({ number: number(at), stage: 1, step: 2 });
const never = new AbortController().signal;

/** Which of the adapter's calls reads the answer of a route. */
export const calls: Record<string, Call> = {
  'GET /api/user': (client) => client.me(),
  'GET /api/user/repos': (client) => client.repositories(),
  'GET /api/user/feed': (client) => client.repositories(),
  'GET /api/repos/lookup/{path...}': (client, _, at) => client.repository(at('path')),
  'POST /api/repos': (client, exchange) =>
    client.activate('acme/checkout', query(exchange).get('forge_remote_id') ?? ''),
  // The same shape as the answer to a lookup.
  [`GET ${repo}`]: (client, _, at) => client.repository(path(at)),
  [`GET ${repo}/permissions`]: async (client, _, at) => (await client.repository(path(at)))?.permission,
  [`PATCH ${repo}`]: (client, _, at) => client.changeSettings(path(at), { promotions: true }),
  [`DELETE ${repo}`]: (client, _, at) => client.deactivate(path(at)),
  [`POST ${repo}/repair`]: (client, _, at) => client.repair(path(at)),
  [`GET ${repo}/pipelines`]: (client, exchange, at) =>
    client.builds(
      path(at),
      Number(query(exchange).get('page') ?? 1),
      Math.min(Number(query(exchange).get('perPage') ?? 50) || 50, 50),
    ),
  [`POST ${repo}/pipelines`]: (client, exchange, at) =>
    client.start(path(at), {
      branch: String(bodyOf(exchange).branch),
      parameters: (bodyOf(exchange).variables ?? {}) as Record<string, string>,
    }),
  [`GET ${repo}/pipelines/{number}`]: (client, _, at) => client.build(path(at), number(at)),
  [`POST ${repo}/pipelines/{number}`]: (client, exchange, at) => {
    const { event, deploy_to: environment, ...parameters } = Object.fromEntries(query(exchange));
    // A task cannot be asked for here; the answer is read all the same.
    delete parameters.deploy_task;
    return event
      ? client.promote(path(at), number(at), { environment: environment ?? 'any', parameters })
      : client.restart(path(at), number(at), { parameters, debug: false });
  },
  [`POST ${repo}/pipelines/{number}/cancel`]: (client, _, at) => client.cancel(path(at), number(at)),
  [`POST ${repo}/pipelines/{number}/approve`]: (client, _, at) => client.approve(path(at), number(at), 1),
  [`POST ${repo}/pipelines/{number}/decline`]: (client, _, at) => client.decline(path(at), number(at), null),
  [`GET ${repo}/pipelines/{number}/config`]: (client, _, at) => client.pipelineFiles(path(at), number(at)),
  [`GET ${repo}/logs/{number}/{step}`]: (client, _, at) =>
    collect(client.storedLog(path(at), firstStep(at), never)),
  'GET /api/stream/logs/{id}/{number}/{step}': async (client, _, at) => {
    const heard = [];
    for await (const event of client.tail(path(at), firstStep(at), never)) heard.push(event);
    return heard;
  },
  'GET /api/pipelines': (client) => client.incomplete(),
  'GET /api/queue/info': (client) => client.queue(),
  'GET /api/agents': (client) => client.fleet(),
  [`GET ${repo}/secrets`]: (client, _, at) => client.secrets(path(at)),
  [`POST ${repo}/secrets`]: (client, _, at) =>
    client.addSecret(path(at), { name: 'any', value: 'made up', pullRequests: false }),
  [`GET ${repo}/secrets/{secret}`]: (client, _, at) =>
    client.changeSecret(path(at), at('secret'), { pullRequests: true }),
  [`PATCH ${repo}/secrets/{secret}`]: (client, _, at) =>
    client.changeSecret(path(at), decodeURIComponent(at('secret')), { value: 'made up' }),
  [`DELETE ${repo}/secrets/{secret}`]: (client, _, at) =>
    client.removeSecret(path(at), decodeURIComponent(at('secret'))),
  [`GET ${repo}/registries`]: async (client, _, at) => client.registries?.list(path(at)),
  [`POST ${repo}/registries`]: async (client, _, at) =>
    client.registries?.put(path(at), { host: 'any.example.test', username: 'bot', password: 'made up' }),
  [`PATCH ${repo}/registries/{host}`]: async (client, _, at) =>
    client.registries?.put(path(at), { host: at('host'), username: 'bot', password: 'made up' }),
  [`DELETE ${repo}/registries/{host}`]: async (client, _, at) =>
    client.registries?.remove(path(at), at('host')),
};

/** Routes that were recorded and that the console does not call. */
export const notCalled: readonly string[] = [
  'GET /healthz',
  'GET /api/nonsense',
  'GET /api/signature/public-key',
  'DELETE /api/user/token',
  'GET /api/repos/abc',
  `GET ${repo}/pipelines/abc`,
  `GET ${repo}/pipelines/latest`,
  `GET ${repo}/pipelines/{number}/metadata`,
  `DELETE ${repo}/pipelines/{number}`,
  // Called only to see whether a branch that could not be started is there.
  `GET ${repo}/branches`,
  `GET ${repo}/pull_requests`,
  `GET ${repo}/registries/{host}`,
  `GET ${repo}/cron`,
  `POST ${repo}/cron`,
  `POST ${repo}/cron/{cron}`,
  `PATCH ${repo}/cron/{cron}`,
  `DELETE ${repo}/cron/{cron}`,
  'GET /api/badges/{id}/status.svg',
  'GET /api/orgs',
  'GET /api/orgs/lookup/{name}',
  'GET /api/orgs/{org}/permissions',
  'GET /api/orgs/{org}/secrets',
  'POST /api/orgs/{org}/secrets',
  'PATCH /api/orgs/{org}/secrets/{secret}',
  'DELETE /api/orgs/{org}/secrets/{secret}',
  'GET /api/orgs/{org}/registries',
  'POST /api/orgs/{org}/registries',
  'DELETE /api/orgs/{org}/registries/{host}',
  'GET /api/secrets',
  'POST /api/secrets',
  'DELETE /api/secrets/{secret}',
  'GET /api/registries',
  'GET /api/users',
  'POST /api/queue/pause',
  'POST /api/queue/resume',
];

/** The route an exchange belongs to; null: none is known for it. */
export const routeOf = (exchange: Exchange) =>
  routeAmong([...Object.keys(calls), ...notCalled, 'GET /version'], exchange, ['id', 'number', 'step']);
