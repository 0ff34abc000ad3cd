import type { CiServer } from '../../../ports/ci-server.ts';
import { type HttpDouble, httpDouble } from '../../../testing/http-double.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import type { CiAdapterOptions } from '../options.ts';
import { optionsFor } from '../testing.ts';
import { createDrone } from './adapter.ts';

/** An adapter before a server that answers what a test says. */
export async function droneBefore(more: Partial<CiAdapterOptions> = {}): Promise<{
  double: HttpDouble;
  clock: ManualClock;
  drone: CiServer;
}> {
  const double = await httpDouble();
  const clock = new ManualClock();
  const drone = createDrone(optionsFor(double.url, { oneClickLink: true, clock, ...more }));
  return { double, clock, drone };
}

/** A build as the server sends it, with the keys that are always there. */
export const sentBuild = (more: Record<string, unknown> = {}) => ({
  id: 70,
  number: 7,
  status: 'running',
  event: 'push',
  message: 'Tidy up',
  after: 'c0ffee0000000000000000000000000000000000',
  ref: 'refs/heads/main',
  target: 'main',
  created: 1_795_000_000,
  version: 2,
  ...more,
});
