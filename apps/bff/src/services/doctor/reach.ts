import { clockCode, type DoctorCode, type DoctorFinding, doctorFinding } from '@flightdeck/api-client/model';
import { isFailure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Reached } from '../../ports/examination.ts';

/** What a failure's own words are; anything else is a fault of this program. */
export function rawOf(error: unknown): string | null {
  if (!isFailure(error)) throw error;
  return error.facts.raw ?? error.message;
}

/** Which of the ways not to be reached it is. */
export function reachCode(error: unknown): DoctorCode<'reach'> {
  if (!isFailure(error)) throw error;
  const { code, facts } = error;
  if (facts.fault) return facts.fault;
  if (code.endsWith('_timeout')) return 'timeout';
  if (facts.status !== undefined && facts.status >= 500) return 'failing';
  return code.endsWith('_unreachable') ? 'unreachable' : 'other-kind';
}

export interface Side {
  id: string;
  product: string;
  address: string;
}

/** Reachable, of that kind, and with a clock like ours; `null` as the version: not to be had. */
export async function checkReach(
  side: Side,
  ask: () => Promise<Reached>,
  clock: Clock,
): Promise<{ findings: DoctorFinding[]; reached: boolean }> {
  const { id: instance, product, address } = side;
  const facts = { address, product, called: product };
  try {
    const { tried, version, serverTime } = await ask();
    const now = clock.now();
    const called = version === null ? product : `${product} ${version}`;
    const raw = version === null ? null : called;
    const reach = doctorFinding('reach', 'ok', { instance, tried, facts: { ...facts, called }, raw });
    return { reached: true, findings: [reach, clockFinding(instance, tried, serverTime, now)] };
  } catch (error) {
    const raw = rawOf(error);
    const tried = `GET ${address}`;
    return {
      reached: false,
      findings: [doctorFinding('reach', reachCode(error), { instance, tried, facts, raw })],
    };
  }
}

function clockFinding(instance: string, tried: string, theirs: number | null, ours: number): DoctorFinding {
  if (theirs === null) return doctorFinding('clock', 'untold', { instance, tried });
  // The header leaves out the part of a second: half of one on average.
  const ahead = Math.round((theirs + 500 - ours) / 1000);
  const facts = { seconds: String(Math.abs(ahead)), direction: ahead < 0 ? 'behind' : 'ahead' };
  const raw = `Date: ${new Date(theirs).toUTCString()}`;
  return doctorFinding('clock', clockCode(ahead), { instance, tried, facts, raw });
}
