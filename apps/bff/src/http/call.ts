import { type AnyProcedure, ORPCError, ValidationError } from '@orpc/server';
import type { RequestContext } from './orpc.ts';

type Schema = AnyProcedure['~orpc']['inputSchema'];
type Fields = Record<string, unknown>;

/**
 * Calls a procedure as oRPC's own client does (`executeProcedureInternal`, 1.16): middlewares in their order, each with what
 * those before it added to the context, input and (unless told otherwise) answer held against the contract where the procedure says. Without spans,
 * interceptors and typed errors, which nothing here uses and every call would pay for.
 */
export function caller(
  procedure: AnyProcedure,
  { checkAnswer }: { checkAnswer: boolean },
): (input: Fields, context: RequestContext) => Promise<unknown> {
  const { middlewares, handler, inputSchema, outputSchema, ...at } = procedure['~orpc'];
  const checksInput = Math.min(Math.max(0, at.inputValidationIndex), middlewares.length);
  const checksOutput = Math.min(Math.max(0, at.outputValidationIndex), middlewares.length);
  const common = { errors: {}, path: [], procedure, lastEventId: undefined };

  async function from(index: number, context: object, given: unknown): Promise<unknown> {
    const input = index === checksInput ? await checked(inputSchema, given, refused) : given;
    const middleware = middlewares[index];
    const output = middleware
      ? (await middleware({ ...common, context, next }, input, (value) => ({ output: value, context: {} })))
          .output
      : await handler({ ...common, context, input });
    return checkAnswer && index === checksOutput ? checked(outputSchema, output, broken) : output;

    // Of the type that only oRPC can spell out.
    async function next(options?: { context?: object }): Promise<never> {
      const added = options?.context ?? {};
      return { output: await from(index + 1, { ...context, ...added }, input), context: added } as never;
    }
  }
  return (input, context) => from(0, context, input);
}

async function checked(schema: Schema, data: unknown, fault: (cause: ValidationError) => Error) {
  if (!schema) return data;
  const result = await schema['~standard'].validate(data);
  if (!result.issues) return result.value;
  throw fault(new ValidationError({ message: 'not as the contract says', issues: result.issues, data }));
}

const refused = (cause: ValidationError) => new ORPCError('BAD_REQUEST', { cause });
const broken = (cause: ValidationError) => new ORPCError('INTERNAL_SERVER_ERROR', { cause });
