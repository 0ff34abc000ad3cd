import { type DoctorFinding, type DoctorHop, doctorFinding } from '@flightdeck/api-client/model';
import { isSameAddress } from '../../domain/addresses.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ClientVerdict, ForgeWords, PkceWord } from '../../ports/examination.ts';
import type { ExaminedForge } from './doctor.ts';
import { checkReach, rawOf, reachCode } from './reach.ts';

export interface CheckedForge {
  examined: ExaminedForge;
  findings: DoctorFinding[];
  /** Its own idea of its address; null: it did not tell. */
  told: string | null;
}

const behindReach = ['browser', 'client', 'redirect', 'pkce', 'clock'] as const satisfies DoctorHop[];

/** A forge: its addresses, and the console's OAuth application there. */
export async function checkForge(
  examined: ExaminedForge,
  publicStands: boolean,
  clock: Clock,
): Promise<CheckedForge> {
  const { forge } = examined;
  const { id: instance, examination } = forge;
  const side = { id: instance, product: forge.product, address: forge.internalUrl };
  const { findings: first, reached } = await checkReach(side, examination.reach, clock);
  if (!reached) {
    const rest = behindReach.map((hop) =>
      doctorFinding(hop, 'depends', { instance, facts: { on: 'reach' } }),
    );
    return { examined, findings: [...first, ...rest], told: null };
  }
  const [words, client] = await Promise.all([
    outcome(examination.words),
    outcome(examination.client && (() => examination.client?.(examined.redirectUri) ?? Promise.reject())),
  ]);
  const told = words?.value?.publicUrl ?? null;
  const tried = words?.value?.tried;
  const browser = await browserFinding(examined, told, tried);
  const oauth = client
    ? [...clientFindings(examined, client, publicStands), pkceFinding(instance, words)]
    : (['client', 'redirect', 'pkce'] as const).map((hop) => doctorFinding(hop, 'no-oauth', { instance }));
  return { examined, told, findings: [...first, browser, ...oauth] };
}

interface Outcome<T> {
  value: T | null;
  raw: string | null;
}

/** null: there is nothing to ask. */
async function outcome<T>(ask: (() => Promise<T>) | null): Promise<Outcome<T> | null> {
  if (!ask) return null;
  try {
    return { value: await ask(), raw: null };
  } catch (error) {
    return { value: null, raw: rawOf(error) };
  }
}

/** The address for browsers: as the forge tells it, else whether the same forge answers there. */
async function browserFinding(
  { forge, atPublic }: ExaminedForge,
  told: string | null,
  tried: string | undefined,
): Promise<DoctorFinding> {
  const { id: instance, publicUrl: address, internalUrl } = forge;
  const facts = { address, told: told ?? '' };
  if (told !== null && isSameAddress(told, address)) {
    return doctorFinding('browser', 'ok', { instance, facts, raw: told, ...(tried ? { tried } : {}) });
  }
  // Where both addresses are one it has just answered there.
  const there = isSameAddress(address, internalUrl) ? null : await outcome(atPublic.examination.reach);
  const more = { instance, facts, tried: `GET ${address}`, raw: told ?? there?.raw ?? null };
  const answers = there === null || there.value !== null;
  if (told !== null) return doctorFinding('browser', answers ? 'other-name' : 'other-address', more);
  if (answers) return doctorFinding('browser', 'answers', more);
  const elsewhere = await outcome(async () => atPublic.probe().then(() => null, reachCode));
  const wrong = ['other-kind', 'page', 'redirect'].includes(elsewhere?.value ?? '');
  return doctorFinding('browser', wrong ? 'other-address' : 'untold', more);
}

function clientFindings(
  { forge, redirectUri, clientId }: ExaminedForge,
  { value, raw }: Outcome<ClientVerdict>,
  publicStands: boolean,
): DoctorFinding[] {
  const instance = forge.id;
  const facts = { address: redirectUri, client: clientId };
  const more = { instance, facts, raw: value?.raw ?? raw, ...(value ? { tried: value.tried } : {}) };
  const depends = (on: string) => doctorFinding('redirect', 'depends', { instance, facts: { on } });
  const word = value?.client ?? 'unclear';
  const client = doctorFinding('client', word === 'accepted' ? 'ok' : word, more);
  if (word !== 'accepted' || !value) return [client, depends('client')];
  // An address made of a wrong one is refused rightly.
  if (!publicStands) return [client, depends('public')];
  return [client, doctorFinding('redirect', value.redirect === 'accepted' ? 'ok' : value.redirect, more)];
}

const pkceCodes = {
  kept: 'ok',
  'first-consent': 'first-consent',
  absent: 'absent',
  untold: 'untold',
} as const;

function pkceFinding(instance: string, words: Outcome<ForgeWords> | null): DoctorFinding {
  const word: PkceWord = words?.value?.pkce ?? 'untold';
  const tried = words?.value?.tried;
  return doctorFinding('pkce', pkceCodes[word], {
    instance,
    raw: words?.value?.said ?? words?.raw ?? null,
    ...(tried ? { tried } : {}),
  });
}
