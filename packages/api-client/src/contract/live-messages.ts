import { z } from 'zod';
import { logLineSchema, logSummarySchema } from '../model/index.ts';
import { problemSchema } from './problem.ts';
import { buildViewSchema, inBuild, inRepo, inStep, listedBuildSchema } from './shapes.ts';

/** Websocket sub-protocol; a server that speaks another refuses the upgrade. */
export const LIVE_PROTOCOL = 'flightdeck.v1';

/** What can be watched. */
export const topicSchema = z.discriminatedUnion('kind', [
  /** Changed builds of all repositories the person may read. */
  z.object({ kind: z.literal('deck') }),
  inRepo.extend({ kind: z.literal('repository') }),
  inBuild.extend({ kind: z.literal('build') }),
  /**
   * A step's log. `after`: position of the last line held (-1 for none); `generation`: the generation it belongs to.
   * The server sends the lines after it, or says which generation to start anew with.
   */
  inStep.extend({ kind: z.literal('log'), generation: z.number().int(), after: z.number().int() }),
]);
export type Topic = z.infer<typeof topicSchema>;

/** Browser → BFF. `id` is chosen by the browser and names the subscription on this socket. */
export const upMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('subscribe'), id: z.number().int().nonnegative(), topic: topicSchema }),
  z.object({ type: z.literal('unsubscribe'), id: z.number().int().nonnegative() }),
]);
export type UpMessage = z.infer<typeof upMessageSchema>;

/** BFF → browser. Messages about one log are shared by all its viewers: they carry `log`, not a subscription id. */
export const downMessageSchema = z.discriminatedUnion('type', [
  /** Subscription accepted. For a log, `log` names it in later messages. */
  z.object({
    type: z.literal('subscribed'),
    id: z.number().int(),
    log: z.number().int().nullable(),
    summary: logSummarySchema.nullable(),
  }),
  /** Refused, or ended by the BFF (permission gone, repository gone). */
  z.object({ type: z.literal('ended'), id: z.number().int(), problem: problemSchema }),
  /** A build changed or appeared. `view` only for the `build` topic. */
  z.object({
    type: z.literal('build'),
    id: z.number().int(),
    listed: listedBuildSchema.nullable(),
    view: buildViewSchema.nullable(),
  }),
  /**
   * Lines `from`… of a log, complete lines only, except that `open` says the last one may still grow:
   * it is sent again, from its own index, when it does.
   */
  z.object({
    type: z.literal('lines'),
    log: z.number().int(),
    generation: z.number().int(),
    from: z.number().int(),
    lines: z.array(logLineSchema),
    /** Colour state carried into each line, as in a chunk. */
    carry: z.array(z.string()),
    open: z.boolean(),
  }),
  /** State, counts or gaps of a log changed; a new generation replaces everything shown. */
  z.object({ type: z.literal('log-state'), log: z.number().int(), summary: logSummarySchema }),
  /** This viewer was too slow: lines `from`…`to - 1` were not sent; fetch them as chunks. */
  z.object({
    type: z.literal('skipped'),
    log: z.number().int(),
    generation: z.number().int(),
    from: z.number().int(),
    to: z.number().int(),
  }),
]);
export type DownMessage = z.infer<typeof downMessageSchema>;

/** Close codes the browser treats specially. */
export const liveClose = {
  policy: 1008,
  tooBig: 1009,
  restart: 1012,
  tryLater: 1013,
  signedOut: 4401,
  accessRemoved: 4403,
  quota: 4429,
} as const;
