import type { RequestHandler } from 'express';

/** Several handlers as one: the router then compares an address with its list once, not once for each. */
export const inOrder =
  (...handlers: readonly RequestHandler[]): RequestHandler =>
  (req, res, next) => {
    const go = (at: number): void => {
      const handler = handlers[at];
      if (!handler) {
        next();
        return;
      }
      const done: unknown = handler(req, res, (error?: unknown) => (error ? next(error) : go(at + 1)));
      if (done instanceof Promise) done.catch(next);
    };
    go(0);
  };
