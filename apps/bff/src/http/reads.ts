import type { ServerResponse } from 'node:http';
import { contract } from '@flightdeck/api-client/contract';
import { JsonSchemaCoercer } from '@orpc/json-schema';
import { type AnyProcedure, isProcedure } from '@orpc/server';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import type { Log } from '../ports/log.ts';
import { caller } from './call.ts';
import type { EarlyHandler, EarlyRequest } from './in-order.ts';
import type { RequestContext } from './orpc.ts';
import { packed } from './packing.ts';
import { toProblem } from './problem-response.ts';
import type { ApiRouter } from './router.ts';

/**
 * Large answers that are made field by field by typed code of ours: holding them against the contract each time costs
 * more than the gate. The test compares them with the codec's answers, which are held against it.
 */
const madeHere: ReadonlySet<string | undefined> = new Set(
  [contract.builds.get, contract.builds.list, contract.deck, contract.logs.lines].map(
    (row) => row['~orpc'].route.path,
  ),
);

type Input = Record<string, unknown>;

interface Read {
  pattern: RegExp;
  names: readonly string[];
  inputOf(given: Input): Input;
  run(input: Input, context: RequestContext): Promise<unknown>;
}

export interface ReadsDeps {
  router: ApiRouter;
  log: Log;
  basePath: string;
  contextOf(req: EarlyRequest, res: ServerResponse): RequestContext;
  /** Who asks: found out when it is known that a row is meant. */
  identify: EarlyHandler;
}

/**
 * The rows of the contract that only read, bound without the codec of `http/rpc.ts`: turning a request into the codec's
 * own and back costs more than all else a read does here. Rows, middlewares, validation and problems are the same
 * (`reads.test.ts` compares). Anything out of the ordinary (an escaped address, nested or repeated query keys, a body,
 * another method) and whatever guests ask is left to the codec: it falls through.
 */
export function reads({ router, log, basePath, contextOf, identify }: ReadsDeps): EarlyHandler {
  const byLength = readsOf(router);
  const base = basePath.replace(/\/$/, '');

  async function answer(read: Read, input: Input, req: EarlyRequest, res: ServerResponse): Promise<void> {
    try {
      send(req, res, 200, await read.run(read.inputOf(input), contextOf(req, res)));
    } catch (error) {
      const { status, problem } = toProblem(error, req.requestId, log);
      if (problem.retryAfter !== null) res.setHeader('retry-after', String(Math.ceil(problem.retryAfter)));
      send(req, res, status, problem);
    }
  }

  return (req, res, next) => {
    if (req.method !== 'GET' || hasBody(req)) return next();
    if (!req.originalUrl.startsWith(base)) return next();
    const [path = '', query, more] = req.originalUrl.slice(base.length).split('?');
    if (more !== undefined) return next();
    for (const read of byLength.get(path.split('/').length) ?? []) {
      const found = read.pattern.exec(path);
      if (!found) continue;
      const input = plainQuery(query);
      if (!input) return next();
      read.names.forEach((name, at) => {
        input[name] = found[at + 1];
      });
      return identify(req, res, (error) => {
        // How often guests may ask is counted behind.
        if (error || !req.caller) next(error);
        else void answer(read, input, req, res);
      });
    }
    next();
  };
}

/** By the number of segments; addresses without parameters before those with. */
function readsOf(router: ApiRouter): ReadonlyMap<number, readonly Read[]> {
  const all = proceduresIn(router).sort((a, b) => namesIn(a.path).length - namesIn(b.path).length);
  const byLength = new Map<number, Read[]>();
  for (const { path, procedure } of all) {
    const length = path.split('/').length;
    byLength.set(length, [...(byLength.get(length) ?? []), readOf(path, procedure)]);
  }
  return byLength;
}

const namesIn = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

function proceduresIn(node: unknown): { path: string; procedure: AnyProcedure }[] {
  if (typeof node !== 'object' || node === null) return [];
  if (!isProcedure(node)) return Object.values(node).flatMap(proceduresIn);
  const { method, path } = node['~orpc'].route;
  return method === 'GET' && path !== undefined ? [{ path, procedure: node }] : [];
}

function readOf(path: string, procedure: AnyProcedure): Read {
  const schema = procedure['~orpc'].inputSchema;
  const coercer = new JsonSchemaCoercer();
  // As the codec's own plugin does: in an address everything is text.
  const [, shape] = schema ? new ZodToJsonSchemaConverter().convert(schema, { strategy: 'input' }) : [];
  return {
    // Only characters that mean themselves: whatever is escaped goes through the codec.
    pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '([\\w~.-]+)')}$`),
    names: namesIn(path),
    inputOf: (given) => (shape ? (coercer.coerce(shape, given) as Input) : given),
    run: caller(procedure, { checkAnswer: !madeHere.has(path) }),
  };
}

const hasBody = ({ headers }: EarlyRequest): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/** null: not so plain. */
function plainQuery(query: string | undefined): Input | null {
  const input: Input = {};
  if (!query) return input;
  for (const [key, value] of new URLSearchParams(query)) {
    if (!/^[a-z]\w*$/i.test(key) || Object.hasOwn(input, key)) return null;
    input[key] = value;
  }
  return input;
}

function send(req: EarlyRequest, res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.statusCode = status;
  res.setHeader('content-type', 'application/json');
  packed(req, res, text);
}
