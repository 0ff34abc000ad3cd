import { Failure } from '../../../domain/failure.ts';
import type { SecretCalls } from '../../../ports/ci-server.ts';
import { type Caller, inRepo } from '../caller.ts';
import { routes } from './routes.ts';
import { secretListWire } from './wire.ts';

export function secretCalls(caller: Caller): SecretCalls {
  const inSecret = (path: string, secret: string) => ({ ...inRepo(path), secret });
  return {
    registries: null,

    secrets: async (path) => {
      const list = await caller.json(secretListWire, { route: routes.secrets, params: inRepo(path) });
      // Two flags let a value out to pull requests; for whom it may concern they are one.
      return list.map((secret) => ({
        name: secret.name,
        pullRequests: secret.pull_request || secret.pull_request_push,
      }));
    },

    // The reply repeats the name and the flags, never the value.
    addSecret: async (path, { name, value, pullRequests }) => {
      // The server would take it, and no address could ever name it again.
      if (name === '.' || name === '..') {
        throw new Failure('invalid', 'No secret can have that name.', { fields: { name: 'refused' } });
      }
      const body = { name, data: value, pull_request: pullRequests };
      await caller.nothing({ route: routes.addSecret, params: inRepo(path), body });
    },

    // Keys that are not sent stay as they are; closing the door closes both.
    changeSecret: async (path, name, { value, pullRequests }) =>
      caller.nothing({
        route: routes.changeSecret,
        params: inSecret(path, name),
        body: {
          ...(value === undefined ? {} : { data: value }),
          ...(pullRequests === undefined ? {} : { pull_request: pullRequests }),
          ...(pullRequests === false ? { pull_request_push: false } : {}),
        },
      }),

    removeSecret: async (path, name) =>
      caller.nothing({ route: routes.removeSecret, params: inSecret(path, name) }),
  };
}
