import { z } from 'zod';
import { instanceIdSchema, instantSchema } from './common.ts';

/** `unchecked`: nothing is known, for the reason that the code says. */
export const doctorStateSchema = z.enum(['ok', 'warning', 'broken', 'unchecked']);
export type DoctorState = z.infer<typeof doctorStateSchema>;

/**
 * Every hop of an installation, what can be found there, and how bad that is. A new finding is a line here and its words
 * in the page's `doctor.json`. `depends`: another hop (`facts.on`) has to be mended first.
 *
 * Of the console: `listen` (its own port; only without a running console), `public` (the public address leads here),
 * `forwarded` (what a proxy says of the caller), `websocket`, `buffering`. Of a forge or CI server: `reach`, `clock`. Of a
 * forge: `browser` (its address in browsers), `client` and `redirect` (the OAuth application), `pkce`. Of a CI server:
 * `token` (the service account), `sign-in` (the forge it signs people in with), `return` (where that leads back to),
 * `webhooks`.
 */
export const doctorTable = {
  listen: { own: 'ok', running: 'ok', 'port-taken': 'broken', failed: 'broken' },
  public: {
    ok: 'ok',
    'other-console': 'warning',
    unreachable: 'warning',
    certificate: 'warning',
    redirect: 'broken',
    another: 'broken',
    'base-path': 'broken',
    host: 'broken',
    depends: 'unchecked',
  },
  forwarded: {
    ok: 'ok',
    direct: 'ok',
    'untrusted-proxy': 'warning',
    'no-address': 'warning',
    scheme: 'warning',
    depends: 'unchecked',
  },
  websocket: { ok: 'ok', stripped: 'broken', refused: 'broken', cut: 'broken', depends: 'unchecked' },
  buffering: { ok: 'ok', buffered: 'warning', failed: 'warning', depends: 'unchecked' },
  reach: {
    ok: 'ok',
    unreachable: 'broken',
    timeout: 'broken',
    certificate: 'broken',
    page: 'broken',
    redirect: 'broken',
    failing: 'broken',
    'other-kind': 'broken',
  },
  browser: {
    ok: 'ok',
    answers: 'ok',
    'other-name': 'warning',
    'other-address': 'broken',
    untold: 'unchecked',
    depends: 'unchecked',
  },
  client: {
    ok: 'ok',
    'unknown-client': 'broken',
    'wrong-secret': 'broken',
    refused: 'broken',
    unclear: 'warning',
    'no-oauth': 'unchecked',
    depends: 'unchecked',
  },
  redirect: {
    ok: 'ok',
    refused: 'broken',
    untold: 'unchecked',
    'no-oauth': 'unchecked',
    depends: 'unchecked',
  },
  pkce: {
    ok: 'ok',
    'first-consent': 'warning',
    absent: 'warning',
    untold: 'unchecked',
    'no-oauth': 'unchecked',
    depends: 'unchecked',
  },
  clock: { ok: 'ok', off: 'warning', 'far-off': 'broken', untold: 'unchecked', depends: 'unchecked' },
  token: {
    ok: 'ok',
    'of-a-person': 'warning',
    refused: 'broken',
    'no-administrator': 'broken',
    failed: 'broken',
    depends: 'unchecked',
  },
  'sign-in': {
    ok: 'ok',
    repositories: 'ok',
    'shared-client': 'warning',
    'other-name': 'warning',
    'other-forge': 'broken',
    elsewhere: 'broken',
    untold: 'unchecked',
    depends: 'unchecked',
  },
  return: {
    ok: 'ok',
    elsewhere: 'warning',
    'not-the-console': 'broken',
    'no-one-click': 'warning',
    untold: 'unchecked',
    depends: 'unchecked',
  },
  webhooks: {
    arriving: 'ok',
    'allowed-host-list': 'unchecked',
    'outbound-requests': 'unchecked',
    'local-network-allowlist': 'unchecked',
    untold: 'unchecked',
    depends: 'unchecked',
  },
} as const satisfies Record<string, Record<string, DoctorState>>;

export type DoctorHop = keyof typeof doctorTable;
export type DoctorCode<H extends DoctorHop = DoctorHop> = H extends DoctorHop
  ? Extract<keyof (typeof doctorTable)[H], string>
  : never;
const hops = Object.keys(doctorTable) as [DoctorHop, ...DoctorHop[]];

export const doctorFindingSchema = z.object({
  hop: z.enum(hops),
  /** Id of the forge or CI server it concerns; null: the console itself. */
  instance: instanceIdSchema.nullable(),
  state: doctorStateSchema,
  /** Key of the hop's entry in `doctorTable`. */
  code: z.string(),
  /** What was done, as a line for people who know the protocol; null: nothing was sent. */
  tried: z.string().nullable(),
  /** What the sentence of the code names. */
  facts: z.record(z.string(), z.string()),
  /** The other side's own words (redacted). */
  raw: z.string().nullable(),
});
export type DoctorFinding = z.infer<typeof doctorFindingSchema>;

export const doctorReportSchema = z.object({
  startedAt: instantSchema,
  tookMs: z.number().nonnegative(),
  instances: z.array(
    z.object({
      id: instanceIdSchema,
      kind: z.enum(['forge', 'server']),
      name: z.string(),
      product: z.string(),
    }),
  ),
  /** The console's first, then forges, then CI servers, each in the order in which they are mended best. */
  findings: z.array(doctorFindingSchema),
});
export type DoctorReport = z.infer<typeof doctorReportSchema>;

/** A finding with the state its code stands for. */
export function doctorFinding<H extends DoctorHop>(
  hop: H,
  code: DoctorCode<H>,
  more: { instance?: string; tried?: string; facts?: Record<string, string>; raw?: string | null } = {},
): DoctorFinding {
  const states: Readonly<Record<string, DoctorState>> = doctorTable[hop];
  return {
    hop,
    code,
    state: states[code] ?? 'unchecked',
    instance: more.instance ?? null,
    tried: more.tried ?? null,
    facts: more.facts ?? {},
    raw: more.raw ?? null,
  };
}

/** The worst of all: `ok` where nothing is worse than unchecked. */
export function doctorVerdict(
  findings: readonly Pick<DoctorFinding, 'state'>[],
): 'ok' | 'warning' | 'broken' {
  const has = (state: DoctorState) => findings.some((finding) => finding.state === state);
  return has('broken') ? 'broken' : has('warning') ? 'warning' : 'ok';
}

/** Seconds a server's clock may differ: a header has no parts of a second, and calls take time. */
export const CLOCK_OFF = 30;
/** From here on waits, silences and ages on the screens are wrong by more than they tell. */
export const CLOCK_FAR_OFF = 300;

export function clockCode(secondsAhead: number): 'ok' | 'off' | 'far-off' {
  const seconds = Math.abs(secondsAhead);
  return seconds <= CLOCK_OFF ? 'ok' : seconds <= CLOCK_FAR_OFF ? 'off' : 'far-off';
}
