import { Failure, isFailure } from '../domain/failure.ts';
import type { CiClient } from '../ports/ci-server.ts';

/** The server's word against whoever asked: somebody else may be answered. */
export const isRefusal = (error: unknown): boolean =>
  isFailure(error, 'ci_token_refused') || isFailure(error, 'forbidden') || isFailure(error, 'not_found');

/**
 * Calls the CI server as one of several people, and as the next one when that one's token is refused: a shared stream
 * must not end because the first viewer's account was closed.
 */
export async function callAsAny<T>(
  clients: () => readonly CiClient[],
  what: (client: CiClient) => Promise<T>,
): Promise<T> {
  let refusal: unknown = new Failure('not_found', 'Nobody watches this log any more.');
  const tried = new Set<CiClient>();
  // Asked anew each time: another viewer may have come while the first one's call was under way.
  const next = () => clients().find((client) => !tried.has(client));
  for (let client = next(); client; client = next()) {
    tried.add(client);
    try {
      return await what(client);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
  }
  throw refusal;
}
