import { createArrivals } from './adapters/own-address/arrivals.ts';
import { createOwnAddress } from './adapters/own-address/own-address.ts';
import { forgeCallback, makeForges, makeServers, serverCallback } from './compose-upstreams.ts';
import type { Config } from './config.ts';
import type { Clock } from './ports/clock.ts';
import type { Arrivals } from './ports/own-address.ts';
import { createDoctor, type Doctor } from './services/doctor/doctor.ts';

/** Somebody waits for it; and a check must neither be told an earlier check's failure nor open a circuit for others. */
const patience = { connectMs: 3_000, headersMs: 6_000, idleMs: 6_000, totalMs: 8_000, retries: 0 };

/** The check of the configuration, with clients of its own. `instance`: of the process that should be met. */
export function composeDoctor({
  config,
  clock,
  instance,
  newWord,
}: {
  config: Config;
  clock: Clock;
  instance: string;
  newWord: () => string;
}): { doctor: Doctor; arrivals: Arrivals } {
  const { publicUrl, origin } = config;
  const limits = { ...config.limits.upstream, ...patience, breakerFailures: Number.MAX_SAFE_INTEGER };
  const shared = { clock, limits };
  const forges = makeForges(config, shared);
  const atPublic = makeForges(
    { ...config, forges: config.forges.map((forge) => ({ ...forge, internalUrl: forge.publicUrl })) },
    shared,
  );
  const arrivals = createArrivals();
  const doctor = createDoctor({
    ...{ publicUrl, clock, instance },
    own: createOwnAddress({ publicUrl, origin, clock, arrivals, newWord }),
    forges: forges.flatMap((forge, at) => {
      const [configured, other] = [config.forges[at], atPublic[at]];
      if (!configured || !other) return [];
      const { id, clientId } = configured;
      return [{ forge, atPublic: other, clientId, redirectUri: forgeCallback(config, id) }];
    }),
    servers: makeServers(config, shared).flatMap(({ server, token }, at) => {
      const configured = config.servers[at];
      const internalUrl = configured?.internalUrl ?? server.declaration.publicUrl;
      const oneClickWanted = configured?.oneClickLink ?? false;
      return [{ server, token, internalUrl, callbackUrl: serverCallback(config, server.id), oneClickWanted }];
    }),
  });
  return { doctor, arrivals };
}
