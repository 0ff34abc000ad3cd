import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { SmartCoercionPlugin } from '@orpc/json-schema';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { ORPCError } from '@orpc/server';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import type { Request, RequestHandler, Response } from 'express';
import type { Log } from '../ports/log.ts';
import type { Gate } from '../services/context.ts';
import type { Budgets } from './budgets.ts';
import type { EarlyRequest } from './in-order.ts';
import type { RequestContext } from './orpc.ts';
import { toProblem } from './problem-response.ts';
import type { ApiRouter } from './router.ts';
import type { Sessions } from './session.ts';

/** Our problem on its way through the procedures' machinery to the encoder of answers. */
class Answered extends ORPCError<string, unknown> {
  readonly body: object;
  constructor(status: number, body: object & { code: string }, cause: unknown) {
    super('PROBLEM', { status, message: body.code, cause });
    this.body = body;
  }
}

export interface RpcDeps {
  router: ApiRouter;
  log: Log;
  basePath: string;
  contextOf(req: EarlyRequest, res: ServerResponse): RequestContext;
}

/** What every procedure is handed, from a request whose caller is known. */
export function contextMaker(deps: {
  gate: Gate;
  budgets: Budgets;
  sessions: Pick<Sessions, 'enter' | 'leave'>;
}): RpcDeps['contextOf'] {
  const { gate, budgets, sessions } = deps;
  return (req, res) => ({
    caller: req.caller,
    gate,
    budgets,
    requestId: req.requestId,
    address: req.clientAddress,
    sessionExpiresAt: req.sessionExpiresAt,
    header: (name, value) => res.setHeader(name, value),
    // Only rows that change something do so, and those come through Express.
    beginSession: (person) => sessions.enter(req as Request, person),
    endSession: () => sessions.leave(req as Request, res as Response),
    matched: (template) => {
      req.routeTemplate = template;
    },
  });
}

/**
 * Every row of the contract, below the base path. An address that no row has falls through to the next handler.
 * What goes wrong is answered as exactly one `problemSchema`, with the status of its code.
 */
export function rpc({ router, log, basePath, contextOf }: RpcDeps): RequestHandler {
  const handler = new OpenAPIHandler(router, {
    plugins: [new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })],
    customErrorResponseBodyEncoder: (error) => (error instanceof Answered ? error.body : undefined),
    interceptors: [
      async ({ next, context }) => {
        try {
          return await next();
        } catch (error) {
          const { status, problem } = toProblem(error, context.requestId, log);
          if (problem.retryAfter !== null)
            context.header('retry-after', String(Math.ceil(problem.retryAfter)));
          throw new Answered(status, problem, error);
        }
      },
    ],
  });
  const prefix = basePath === '/' ? undefined : (basePath.replace(/\/$/, '') as `/${string}`);

  return async (req, res, next) => {
    const context = contextOf(req, res);
    const restore = headersWithBody(res);
    const { matched } = await handler.handle(req, res, { ...(prefix ? { prefix } : {}), context });
    if (matched) return;
    restore();
    next();
  };
}

/**
 * The handler sends its headers before the body, whose length is then unknown to whoever packs answers: small ones
 * would be packed too, for more time than they take on the way. Kept back, they leave together.
 */
function headersWithBody(res: Response): () => void {
  const { writeHead } = res;
  const restore = () => {
    res.writeHead = writeHead;
  };
  res.writeHead = ((status: number, headers: OutgoingHttpHeaders = {}) => {
    restore();
    res.statusCode = status;
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) res.setHeader(name, value);
    return res;
  }) as typeof res.writeHead;
  return restore;
}
