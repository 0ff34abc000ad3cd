import { type DoctorFinding, doctorFinding } from '@flightdeck/api-client/model';
import type { Arrived } from '../../ports/own-address.ts';
import type { DoctorDeps } from './doctor.ts';

/** `stands`: what is made of the public address can be judged; false: it leads elsewhere. */
export async function checkConsole(
  deps: Pick<DoctorDeps, 'own' | 'publicUrl' | 'instance'>,
  listen: DoctorFinding | null,
): Promise<{ findings: DoctorFinding[]; stands: boolean }> {
  const { own, publicUrl } = deps;
  const behind = (on: string) => ({ facts: { on } });
  const rest = (on: string) => [
    doctorFinding('forwarded', 'depends', behind(on)),
    doctorFinding('websocket', 'depends', behind(on)),
    doctorFinding('buffering', 'depends', behind(on)),
  ];
  const first = listen ? [listen] : [];
  if (listen?.state === 'broken') {
    const findings = [...first, doctorFinding('public', 'depends', behind('listen')), ...rest('listen')];
    return { findings, stands: true };
  }

  const echo = await own.echo();
  const { tried } = echo;
  if (echo.fault !== null) {
    const { fault, raw } = echo;
    const found = doctorFinding('public', fault, { tried, raw, facts: { address: publicUrl } });
    // Not to be reached from here says nothing of browsers, which may come from another side.
    return { findings: [...first, found, ...rest('public')], stands: found.state === 'warning' };
  }
  const { arrived } = echo;
  const same = arrived.instance === deps.instance;
  const [socket, drip] = await Promise.all([own.socket(), own.drip()]);
  return {
    stands: true,
    findings: [
      ...first,
      doctorFinding('public', same ? 'ok' : 'other-console', { tried, facts: { address: publicUrl } }),
      forwarded(arrived, publicUrl, tried),
      doctorFinding('websocket', socket.fault ?? 'ok', { tried: socket.tried, raw: socket.raw }),
      doctorFinding('buffering', drip.fault ?? 'ok', { tried: drip.tried, raw: drip.raw }),
    ],
  };
}

/** What the console knows of who calls: sessions, limits and the audit hang on it. */
function forwarded(arrived: Arrived, publicUrl: string, tried: string): DoctorFinding {
  const { named, forwardedProto, trusted, from } = arrived;
  const scheme = new URL(publicUrl).protocol.slice(0, -1);
  const raw = [
    from ? `peer ${from.peer}` : '',
    from?.forwardedFor ? `X-Forwarded-For: ${from.forwardedFor}` : '',
    forwardedProto === null ? '' : `X-Forwarded-Proto: ${forwardedProto}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
  const more = { tried, facts: { scheme, said: forwardedProto ?? '' }, raw: raw || null };
  if (named && !trusted) return doctorFinding('forwarded', 'untrusted-proxy', more);
  // The process itself speaks plain http: with https something stands before it, and says nothing of its callers.
  if (!named) return doctorFinding('forwarded', scheme === 'https' ? 'no-address' : 'direct', more);
  const last = forwardedProto?.split(',').at(-1)?.trim().toLowerCase();
  if (last !== undefined && last !== scheme) return doctorFinding('forwarded', 'scheme', more);
  return doctorFinding('forwarded', 'ok', more);
}
