import type { CiClient } from '../../../../ports/ci-server.ts';
import { type Exchange, routeAmong } from '../../../../testing/recordings.ts';

type At = (name: string) => string;
type Call = (client: CiClient, exchange: Exchange, at: At) => Promise<unknown>;

const repo = '/api/repos/{owner}/{name}';
const path = (at: At) => `${at('owner')}/${at('name')}`;
const number = (at: At) => Number(at('number'));
const query = (exchange: Exchange) => Object.fromEntries(new URL(exchange.path, 'http://x').searchParams);
const bodyOf = (exchange: Exchange) => (exchange.body ?? {}) as Record<string, string>;
const never = new AbortController().signal;

/** Which of the adapter's calls reads the answer of a route. */
export const calls: Record<string, Call> = {
  'GET /api/user': (client) => client.me(),
  'GET /api/user/repos': (client, exchange) =>
    'flush' in query(exchange) ? client.sync() : client.repositories(),
  [`GET ${repo}`]: (client, _, at) => client.repository(path(at)),
  [`POST ${repo}`]: (client, _, at) => client.activate(path(at), '41'),
  [`PATCH ${repo}`]: (client, _, at) => client.changeSettings(path(at), { protected: true }),
  [`POST ${repo}/repair`]: (client, _, at) => client.repair(path(at)),
  [`GET ${repo}/builds`]: (client, _, at) => client.builds(path(at), 1, 50),
  [`GET ${repo}/builds/{number}`]: (client, _, at) => client.build(path(at), number(at)),
  [`POST ${repo}/builds/{number}`]: (client, exchange, at) => {
    const { event, deploy_to: environment = '', ...parameters } = query(exchange);
    return event
      ? client.promote(path(at), number(at), { environment, parameters })
      : client.restart(path(at), number(at), { parameters, debug: false });
  },
  [`DELETE ${repo}/builds/{number}/{stage}`]: (client, _, at) => client.cancel(path(at), number(at)),
  [`POST ${repo}/builds/{number}/approve`]: (client, _, at) => client.approve(path(at), number(at), 1),
  [`POST ${repo}/builds/{number}/decline`]: (client, _, at) => client.decline(path(at), number(at), null),
  [`GET ${repo}/logs/{number}/{step}`]: async (client, _, at) => {
    const all = [];
    const step = { number: number(at), stage: 1, step: Number(at('step')) };
    for await (const batch of client.storedLog(path(at), step, never)) all.push(...batch);
    return all;
  },
  'GET /api/builds': (client) => client.incomplete(),
  'GET /api/info/queue': (client) => client.queue(),
  [`GET ${repo}/secrets`]: (client, _, at) => client.secrets(path(at)),
  [`POST ${repo}/secrets`]: (client, exchange, at) =>
    client.addSecret(path(at), {
      name: bodyOf(exchange).name || 'any',
      value: 'made up',
      pullRequests: false,
    }),
  [`GET ${repo}/secrets/{secret}`]: (client, _, at) =>
    client.changeSecret(path(at), at('secret'), { pullRequests: true }),
  [`PATCH ${repo}/secrets/{secret}`]: (client, _, at) =>
    client.changeSecret(path(at), at('secret'), { value: 'made up' }),
  [`DELETE ${repo}/secrets/{secret}`]: (client, _, at) => client.removeSecret(path(at), at('secret')),
  [`GET ${repo}/registry`]: async (client, _, at) => client.registries?.list(path(at)),
  [`POST ${repo}/registry`]: async (client, exchange, at) =>
    client.registries?.put(path(at), {
      host: bodyOf(exchange).address || 'any.example.test',
      username: 'bot',
      password: 'made up',
    }),
  [`PATCH ${repo}/registry/{host}`]: async (client, _, at) =>
    client.registries?.put(path(at), { host: at('host'), username: 'bot2', password: 'made up' }),
  [`DELETE ${repo}/registry/{host}`]: async (client, _, at) =>
    client.registries?.remove(path(at), at('host')),
};

/** Routes that were recorded and that the console does not call, or calls beside another one only. */
export const notCalled: readonly string[] = [
  'POST /authorize',
  'POST /api/user/token',
  // Beside the list of repositories.
  'GET /api/user/feed',
  'GET /api/nonsense',
  'GET /api/queue/pause',
  'GET /healthz',
  `GET ${repo}/builds/latest`,
  `GET ${repo}/registry/{host}`,
];

/** The route an exchange belongs to; null: none is known for it. */
export const routeOf = (exchange: Exchange) =>
  routeAmong([...Object.keys(calls), ...notCalled, 'GET /version'], exchange, ['number', 'stage', 'step']);
