import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';

/**
 * A request before Express has seen it: Node's own, and what those who stood before wrote on it. That Express's `path`, `ip`
 * and the like are missing is why it has a type.
 */
export type EarlyRequest = IncomingMessage &
  Pick<
    Request,
    | 'method'
    | 'url'
    | 'originalUrl'
    | 'requestId'
    | 'clientAddress'
    | 'routeTemplate'
    | 'caller'
    | 'sessionExpiresAt'
  >;

/** Also good as a handler of Express's. */
export type EarlyHandler = (
  req: EarlyRequest,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void | Promise<void>;

/** Several handlers as one. */
export const inOrder =
  (...handlers: readonly EarlyHandler[]): EarlyHandler =>
  (req, res, next) => {
    const go = (at: number): void => {
      const handler = handlers[at];
      if (!handler) return void next();
      const done = handler(req, res, (error) => (error ? next(error) : go(at + 1)));
      if (done instanceof Promise) done.catch(next);
    };
    go(0);
  };
