import { z } from 'zod';
import { instanceIdSchema, instantSchema } from '../model/index.ts';

/**
 * Why a sign-in did not come to an end. The browser is sent to `/sign-in?error=<code>&hop=…&forge=…&request=…&problem=…`
 * (all from closed lists or of a fixed form; `return` repeats the page that was asked for).
 *
 * - `attempt`: unknown, used up, older than 10 minutes, or begun in another browser.
 * - `cancelled`: the person refused at the forge.
 * - `redirect_refused`: the forge does not know this console's redirect address, or sent an error of its own.
 * - `client_refused`: the forge refused the client id or secret at its token address.
 * - `answer_unreadable`: something answered, but not as a forge does (a proxy's page, another address).
 * - `inactive`: the forge says this person may not sign in.
 * - `identity_taken`, `identity_other`: it was to be added to somebody who is signed in, and could not be (then the
 *   browser is sent to `/account?error=…`).
 */
export const signInProblemCodes = [
  'attempt',
  'cancelled',
  'redirect_refused',
  'client_refused',
  'answer_unreadable',
  'forge_unreachable',
  'forge_timeout',
  'forge_refused',
  'inactive',
  'identity_taken',
  'identity_other',
  'store_unavailable',
  'rate_limited',
  'internal',
] as const;
export type SignInProblemCode = (typeof signInProblemCodes)[number];

/** The hop that failed: which two parties could not agree. */
export const signInHops = [
  'browser-forge',
  'console-forge-token',
  'console-forge-api',
  'console-store',
] as const;
export type SignInHop = (typeof signInHops)[number];

export const signInProblemIdSchema = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** The whole of it, for 10 minutes: the forge's own words are never part of an address. */
export const signInProblemSchema = z.object({
  code: z.enum(signInProblemCodes),
  hop: z.enum(signInHops).nullable(),
  forge: instanceIdSchema.nullable(),
  /** Address this process used, or the browser was sent to; helps to see a wrong setting. */
  address: z.string().nullable(),
  raw: z.string().nullable(),
  requestId: z.string(),
  at: instantSchema,
});
export type SignInProblem = z.infer<typeof signInProblemSchema>;

/** Must be on every request that changes something; a page of another origin cannot send it. */
export const CSRF_HEADER = 'x-flightdeck';
/** Sent with value 1 when the person touched the page since the last call: only that keeps a session from idling out. */
export const INPUT_HEADER = 'x-flightdeck-input';
