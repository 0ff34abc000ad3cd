import { type DoctorFinding, type DoctorHop, doctorFinding } from '@flightdeck/api-client/model';
import { isBelow } from '../../domain/addresses.ts';
import { isFailure } from '../../domain/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SignInWay } from '../../ports/examination.ts';
import type { CheckedForge } from './check-forge.ts';
import { checkWebhooks } from './check-webhooks.ts';
import type { ExaminedServer } from './doctor.ts';
import { checkReach, rawOf } from './reach.ts';

interface Around {
  forges: readonly CheckedForge[];
  publicStands: boolean;
  clock: Clock;
}

const behindReach = ['token', 'sign-in', 'return', 'webhooks', 'clock'] as const satisfies DoctorHop[];

/** A CI server: its service account, the forge it belongs to, and whether pushes get there. */
export async function checkServer(examined: ExaminedServer, around: Around): Promise<DoctorFinding[]> {
  const { server, token } = examined;
  const { id: instance, declaration, examination } = server;
  const side = { id: instance, product: declaration.product, address: examined.internalUrl };
  const { findings: first, reached } = await checkReach(side, examination.reach, around.clock);
  if (!reached) {
    const facts = { on: 'reach' };
    return [...first, ...behindReach.map((hop) => doctorFinding(hop, 'depends', { instance, facts }))];
  }
  const [account, way] = await Promise.all([tokenFinding(examined), signInOf(examined)]);
  const good = account.state === 'ok' || account.state === 'warning';
  const forge = around.forges.find((one) => one.examined.forge.id === declaration.forge);
  const rule = forge?.examined.forge.examination.webhookRule ?? null;
  return [
    ...first,
    account,
    'finding' in way ? way.finding : await signInFinding(examined, way.way, around, forge),
    'finding' in way
      ? doctorFinding('return', 'depends', { instance, facts: { on: 'sign-in' } })
      : returnFinding(examined, way.way, around.publicStands),
    good
      ? await checkWebhooks(server.as(token), instance, rule)
      : doctorFinding('webhooks', 'depends', { instance, facts: { on: 'token' } }),
  ];
}

async function tokenFinding({ server, token }: ExaminedServer): Promise<DoctorFinding> {
  const instance = server.id;
  try {
    const { tried, login, administrator, machine } = await server.examination.account(token);
    const more = { instance, tried, facts: { login }, raw: login };
    if (!administrator) return doctorFinding('token', 'no-administrator', more);
    return doctorFinding('token', machine === false ? 'of-a-person' : 'ok', more);
  } catch (error) {
    const refused = isFailure(error, 'ci_token_refused') || isFailure(error, 'forbidden');
    return doctorFinding('token', refused ? 'refused' : 'failed', {
      ...{ instance, raw: rawOf(error), tried: server.examination.lines.account },
    });
  }
}

async function signInOf({
  server,
}: ExaminedServer): Promise<{ way: SignInWay } | { finding: DoctorFinding }> {
  try {
    return { way: await server.examination.signIn() };
  } catch (error) {
    return {
      finding: doctorFinding('sign-in', 'untold', {
        ...{ instance: server.id, raw: rawOf(error), tried: server.examination.lines.signIn },
      }),
    };
  }
}

/** Accounts and repositories are compared with those of the forge that the configuration names: it must be that one. */
async function signInFinding(
  { server, token }: ExaminedServer,
  way: SignInWay,
  { forges }: Around,
  own: CheckedForge | undefined,
): Promise<DoctorFinding> {
  const instance = server.id;
  const { tried, leadsTo } = way;
  if (leadsTo === null || !own) return doctorFinding('sign-in', 'untold', { instance, tried });
  const { forge, clientId } = own.examined;
  const isOf = (address: string, { examined, told }: CheckedForge): boolean =>
    isBelow(address, examined.forge.publicUrl) || (told !== null && isBelow(address, told));
  const other = forges.find((one) => one !== own && isOf(leadsTo, one));
  const facts = {
    forge: forge.name,
    address: forge.publicUrl,
    other: other?.examined.forge.name ?? '',
    found: leadsTo,
  };
  const more = { instance, tried, facts, raw: leadsTo };
  if (isOf(leadsTo, own)) {
    const shared = way.clientId !== null && way.clientId === clientId;
    return doctorFinding('sign-in', shared ? 'shared-client' : 'ok', more);
  }
  if (other) return doctorFinding('sign-in', 'other-forge', more);
  // By another name of the same forge: its repositories were told to the server by the forge itself.
  const addresses = await server.examination.repositoriesAt(token).catch((error: unknown) => {
    rawOf(error);
    return [];
  });
  const known = addresses.some((address) => isOf(address, own));
  return doctorFinding('sign-in', known ? 'other-name' : 'elsewhere', more);
}

/** Where the server's own sign-in comes back to: its own pages, or the console for linking by one click. */
function returnFinding(examined: ExaminedServer, way: SignInWay, publicStands: boolean): DoctorFinding {
  const { server, callbackUrl } = examined;
  const instance = server.id;
  const { tried, comesBackTo: found } = way;
  const { publicUrl } = server.declaration;
  if (found === null) return doctorFinding('return', 'untold', { instance, tried });
  const more = { instance, tried, facts: { address: publicUrl, callback: callbackUrl, found }, raw: found };
  if (found === callbackUrl) return doctorFinding('return', 'ok', more);
  if (server.oneClick !== null) {
    if (publicStands) return doctorFinding('return', 'not-the-console', more);
    return doctorFinding('return', 'depends', { instance, facts: { on: 'public' } });
  }
  return doctorFinding('return', isBelow(found, publicUrl) ? 'ok' : 'elsewhere', more);
}
