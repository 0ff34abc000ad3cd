import { type BuildEvent, type DoctorFinding, doctorFinding } from '@flightdeck/api-client/model';
import { isFailure } from '../../domain/failure.ts';
import type { CiClient, CiRepository } from '../../ports/ci-server.ts';
import type { WebhookRule } from '../../ports/examination.ts';
import { rawOf } from './reach.ts';

/** Builds of these begin because the forge called. */
const called: readonly BuildEvent[] = ['push', 'pull_request', 'tag'];
/** The busiest repositories are looked at, one page of builds each. */
const REPOSITORIES = 5;
const BUILDS = 25;

/**
 * Whether the forge's webhooks arrive. No forge tells what its list of allowed hosts holds, so a build that a push began is
 * the proof; without one it stays open, and the report says where to look. No repository is named.
 */
export async function checkWebhooks(
  client: CiClient,
  instance: string,
  rule: WebhookRule | null,
): Promise<DoctorFinding> {
  try {
    const active = (await known(client)).filter((one) => one.active);
    const busiest = active.sort((a, b) => (b.counter ?? 0) - (a.counter ?? 0)).slice(0, REPOSITORIES);
    const builds = (await Promise.all(busiest.map((one) => client.builds(one.path, 1, BUILDS)))).flat();
    const newest = Math.max(
      0,
      ...builds.filter((one) => called.includes(one.event)).map((one) => one.createdAt),
    );
    const facts = { time: newest === 0 ? '' : new Date(newest).toISOString().slice(0, 16).replace('T', ' ') };
    if (newest > 0) return doctorFinding('webhooks', 'arriving', { instance, facts });
    return doctorFinding('webhooks', rule ?? 'untold', { instance });
  } catch (error) {
    return doctorFinding('webhooks', rule ?? 'untold', { instance, raw: rawOf(error) });
  }
}

/** A server without a list of all of them tells the service account's own. */
async function known(client: CiClient): Promise<CiRepository[]> {
  try {
    return await client.allRepositories();
  } catch (error) {
    if (!isFailure(error, 'forbidden') && !isFailure(error, 'not_supported')) throw error;
    return client.repositories();
  }
}
