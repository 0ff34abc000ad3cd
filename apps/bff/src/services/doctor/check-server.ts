import {
  type DoctorCode,
  type DoctorFinding,
  type DoctorHop,
  doctorFinding,
} from '@flightdeck/api-client/model';
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
  if (!own) return doctorFinding('sign-in', 'untold', { instance, tried });
  const { forge, clientId } = own.examined;
  const isOf = (address: string, { examined, told }: CheckedForge): boolean =>
    isBelow(address, examined.forge.publicUrl) || (told !== null && isBelow(address, told));
  const otherThan = (address: string) => forges.find((one) => one !== own && isOf(address, one));
  const finding = (code: DoctorCode<'sign-in'>, found: string | null, other?: CheckedForge) =>
    doctorFinding('sign-in', code, {
      ...{ instance, tried, raw: found },
      facts: {
        ...{ forge: forge.name, address: forge.publicUrl, found: found ?? '' },
        other: other?.examined.forge.name ?? '',
      },
    });

  if (leadsTo !== null && isOf(leadsTo, own)) {
    const shared = way.clientId !== null && way.clientId === clientId;
    return finding(shared ? 'shared-client' : 'ok', leadsTo);
  }
  const other = leadsTo === null ? undefined : otherThan(leadsTo);
  if (other) return finding('other-forge', leadsTo, other);
  // By another name, or by a form of the server's own: where its repositories are was told to it by the forge itself. None
  // is named here: who administers some CI server need not be allowed to read it.
  const addresses = await server.examination.repositoriesAt(token).catch((error: unknown) => {
    rawOf(error);
    return [];
  });
  const known = addresses.find((address) => isOf(address, own));
  if (leadsTo !== null) return finding(known ? 'other-name' : 'elsewhere', leadsTo);
  if (known) return finding('repositories', new URL(known).origin);
  const strange = addresses.find(otherThan);
  return strange
    ? finding('other-forge', new URL(strange).origin, otherThan(strange))
    : finding('untold', null);
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
  if (!isBelow(found, publicUrl)) return doctorFinding('return', 'elsewhere', more);
  // The product or this version of it cannot be pointed elsewhere: people paste a token, whatever was configured.
  return doctorFinding('return', examined.oneClickWanted ? 'no-one-click' : 'ok', more);
}
