import type { DoctorFinding, DoctorReport } from '@flightdeck/api-client/model';
import type { CiServer } from '../../ports/ci-server.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Forge } from '../../ports/forge.ts';
import type { OwnAddress } from '../../ports/own-address.ts';
import { checkConsole } from './check-console.ts';
import { checkForge } from './check-forge.ts';
import { checkServer } from './check-server.ts';

/** A report begun so lately is the answer to the next one who asks: several administrators may look at once. */
const FRESH_MS = 1_000;

export interface ExaminedForge {
  forge: Forge;
  /** The same configured forge, called by its public address. */
  atPublic: Forge;
  clientId: string;
  /** The console's redirect address for it. */
  redirectUri: string;
}

export interface ExaminedServer {
  server: CiServer;
  token: string;
  /** The address this process uses. */
  internalUrl: string;
  /** The console's redirect address for linking by one click. */
  callbackUrl: string;
  /** The configuration asks for linking by one click, whether or not the server can. */
  oneClickWanted: boolean;
}

export interface DoctorDeps {
  own: OwnAddress;
  publicUrl: string;
  forges: readonly ExaminedForge[];
  servers: readonly ExaminedServer[];
  clock: Clock;
  /** Of the process that should be met at the public address. */
  instance: string;
}

export interface Doctor {
  /** Checks every hop. `listen`: what is known of the console's own port where it may be another process's. */
  run(listen?: DoctorFinding): Promise<DoctorReport>;
}

/**
 * Checks an installation from the browser's address inwards. Where a hop is broken, those that need it are not checked
 * but name it: the report says what to mend first, and not everything that follows from it.
 */
export function createDoctor(deps: DoctorDeps): Doctor {
  const { clock } = deps;
  let running: Promise<DoctorReport> | null = null;
  let last: DoctorReport | null = null;

  async function check(listen: DoctorFinding | null): Promise<DoctorReport> {
    const startedAt = clock.now();
    const console = await checkConsole(deps, listen);
    const forges = await Promise.all(deps.forges.map((one) => checkForge(one, console.stands, clock)));
    const servers = await Promise.all(
      deps.servers.map((one) => checkServer(one, { forges, publicStands: console.stands, clock })),
    );
    last = {
      startedAt,
      tookMs: Math.max(0, clock.now() - startedAt),
      instances: [
        ...deps.forges.map(({ forge: { id, name, product } }) => ({
          id,
          kind: 'forge' as const,
          name,
          product,
        })),
        ...deps.servers.map(({ server: { id, declaration } }) => ({
          id,
          kind: 'server' as const,
          name: declaration.name,
          product: declaration.product,
        })),
      ],
      findings: [...console.findings, ...forges.flatMap((one) => one.findings), ...servers.flat()],
    };
    return last;
  }

  return {
    run(listen) {
      if (running) return running;
      const age = last ? clock.now() - last.startedAt : null;
      if (last && age !== null && age >= 0 && age < FRESH_MS) return Promise.resolve(last);
      running = check(listen ?? null).finally(() => {
        running = null;
      });
      return running;
    },
  };
}
