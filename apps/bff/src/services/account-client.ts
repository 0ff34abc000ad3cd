import { Failure, isFailure } from '../domain/failure.ts';
import type { CiClient } from '../ports/ci-server.ts';

/**
 * A person's own client that notices when the CI server no longer takes its token: `onRefused` is told (it marks the
 * account), and the caller gets `link_expired` instead of the server's answer.
 */
export function watchedAccount(client: CiClient, instance: string, onRefused: () => Promise<void>): CiClient {
  const meaning = async (error: unknown): Promise<unknown> => {
    if (!isFailure(error, 'ci_token_refused')) return error;
    await onRefused();
    return new Failure('link_expired', 'The CI server no longer takes the linked account’s token.', {
      instance,
      ...(error.facts.raw === undefined ? {} : { raw: error.facts.raw }),
      cause: error,
    });
  };

  async function* iterate<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* source;
    } catch (error) {
      throw await meaning(error);
    }
  }

  return new Proxy(client, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args);
        if (result instanceof Promise) {
          return result.catch(async (error) => {
            throw await meaning(error);
          });
        }
        return isIterable(result) ? iterate(result) : result;
      };
    },
  });
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
