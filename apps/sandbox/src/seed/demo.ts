import { startCrons } from '../ci/cron-timer.ts';
import type { Core } from '../core.ts';
import { scripts } from './demo-files.ts';
import { History } from './demo-history.ts';
import { demoPeople } from './demo-people.ts';
import type { Timeline } from './timeline.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How far back the demo's past reaches. */
export const demoSpan = 42 * day;

/** Another CI server's part of the demo: at once what is there from the start, then its past on the common line. */
export type FurtherDemo = (line: Timeline, end: number) => void;

/** Plays six weeks of a team's work through the CI server itself, up to the clock's start plus `demoSpan`. */
export function seedDemo(core: Core, further: readonly FurtherDemo[] = []): void {
  const end = core.world.clock.now() + demoSpan;
  core.pool.quiet = true;
  core.pool.add({ name: 'exec1', type: 'exec', os: 'linux', arch: 'amd64', capacity: 2 });
  core.pool.add({ name: 'docker1', type: 'docker', os: 'linux', arch: 'amd64', capacity: 2 });
  core.pool.add({ name: 'mac1', type: 'exec', os: 'darwin', arch: 'arm64', capacity: 1 });
  const bigDisk = { type: 'exec', os: 'linux', arch: 'amd64', capacity: 2, labels: { disk: 'big' } };
  core.pool.add({ name: 'exec-basement', ...bigDisk });
  demoPeople(core);
  startCrons(core.server);
  const past = new History(core, end);
  past.plan();

  past.line.at(end - 2 * day, () => core.pool.kill('mac1'));
  // The nightly load's runner dies in mid-step and comes back: the build stays running, the next waits behind it.
  past.line.at(end - 5 * hour, () => {
    core.pool.quiet = false;
    past.commit('data/etl-nightly', 'wei', '临时：抽取全部历史分区', {
      'ci/extract.sh': scripts.extractLong,
    });
  });
  past.line.at(end - 5 * hour + 4 * minute, () => {
    core.pool.kill('exec-basement');
    core.pool.quiet = true;
  });
  past.line.at(end - 4.5 * hour, () => core.pool.add({ name: 'exec-basement', ...bigDisk }));
  past.line.at(end - 3 * hour, () =>
    past.commit('data/etl-nightly', 'wei', '恢复按日抽取', { 'ci/extract.sh': scripts.extract }),
  );
  past.line.at(end - 40 * minute, () => past.commit('acme/infra', 'wei', '生产网关切换到新的负载均衡', {}));
  past.line.at(end - 30 * minute, () => past.commit('mobile/ios-wallet', 'grace', 'Prepare 3.2', {}));
  past.line.at(end - 25 * minute, () => past.tag('mobile/ios-wallet', 'v3.2.0', 'grace'));
  past.line.at(end - 70_000, () => {
    core.pool.quiet = false;
    past.commit('acme/storefront', 'grace', 'Run all 600 stories before the sale', {
      'ci/test.sh': scripts.testGood,
      'ci/lint.sh': scripts.lintGood,
      'ci/e2e.sh': scripts.e2eLong,
    });
  });
  for (const plan of further) plan(past.line, end);
  past.line.playUntil(end);
  core.pool.quiet = false;
}
