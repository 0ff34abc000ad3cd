import { expect, it } from 'vitest';
import { composeDoctor } from '../src/compose-doctor.ts';
import { systemClock } from '../src/ports/clock.ts';
import { startConsole } from '../testing/console.ts';

it('x', async () => {
  const c = await startConsole({
    background: false,
    sandbox: {
      servers: [{ id: 'woodpecker', vendor: 'woodpecker' }],
      forges: [
        { id: 'lab', vendor: 'gitlab' },
        { id: 'gogs', vendor: 'gogs' },
      ],
    },
    env: { FLIGHTDECK_SERVER_DRONE_FORGE: 'gitea', FLIGHTDECK_SERVER_WOODPECKER_FORGE: 'gitea' },
    adjust: (env, s) => {
      env.FLIGHTDECK_FORGE_LAB_KIND = 'gitlab';
      env.FLIGHTDECK_FORGE_LAB_PUBLIC_URL = s.forges.urls.lab ?? '';
      env.FLIGHTDECK_FORGE_LAB_CLIENT_ID = s.oauth.clientId;
      env.FLIGHTDECK_FORGE_LAB_CLIENT_SECRET = s.oauth.clientSecret;
      env.FLIGHTDECK_FORGE_GOGS_KIND = 'gogs';
      env.FLIGHTDECK_FORGE_GOGS_PUBLIC_URL = s.forges.urls.gogs ?? '';
    },
  });
  const { doctor } = composeDoctor({
    config: c.config,
    clock: systemClock,
    instance: 'x',
    newWord: () => 'abc',
  });
  const r = await doctor.run();
  console.log(
    r.tookMs,
    r.findings
      .map((f) => [f.instance, f.hop, f.state, f.code, f.tried, JSON.stringify(f.facts), f.raw].join(' | '))
      .join('\n'),
  );
  await c.stop();
  expect(1).toBe(1);
});
