import type { Capability } from '@flightdeck/api-client/model';
import type { CiServer } from '../../../ports/ci-server.ts';
import { createCaller } from '../caller.ts';
import { type CiAdapterOptions, ciUpstream, withoutSlash } from '../options.ts';
import { isAtLeast, otherKind, versionOf } from '../versions.ts';
import { buildCalls } from './builds.ts';
import { drone08Examination } from './examine.ts';
import { fleetCalls, type Places } from './fleet.ts';
import { liveCalls } from './live.ts';
import { drone08PipelineReader } from './pipeline-file.ts';
import { repositoryCalls } from './repositories.ts';
import { routes } from './routes.ts';
import { secretCalls } from './secrets.ts';
import type { QueueTasks } from './tasks.ts';
import { events } from './translate.ts';
import { defaultPipelineFile, type Identify, isOwnSince } from './translate-repository.ts';
import { versionWire } from './wire.ts';
import { dictionary } from './words.ts';

const capabilities: readonly Capability[] = [
  'sync',
  'promote',
  'restart-with-parameters',
  'approval',
  'secrets',
  'native-registries',
  'take-ownership',
  'repair',
  'settings',
  'late-activation',
  'parent-named',
];

/** A Drone server of the 0.8 line. */
export function createDrone08(options: CiAdapterOptions): CiServer {
  const { id, clock } = options;
  const publicUrl = withoutSlash(options.publicUrl);
  const upstream = ciUpstream(options, { allow: Object.values(routes) });
  const places: Places = new Map();
  const tasks: QueueTasks = new Map();
  // Like no id of a forge: what no forge has named yet is nobody's repository.
  const identify: Identify = (path) => options.identify?.(path) ?? `path:${path.toLowerCase()}`;
  const isOwn = isOwnSince(options.since ?? (() => 0));
  return {
    id,
    declaration: {
      name: options.name,
      product: 'Drone',
      publicUrl,
      forge: options.forge,
      knowsByPath: true,
      capabilities,
      events,
      defaultPipelineFile,
      // Its addresses have an owner and a name.
      pathSegments: 2,
      logLimitBytes: 2_000_000,
      logLimitKeeps: 'first',
      liveHistory: null,
      // Variables of a container; the longest string a Linux kernel hands to a process is 128 KiB.
      secrets: { caseInsensitive: true, maxValueBytes: 64 * 1024 - 1 },
      approveNeeds: 'write',
      secretsNeed: 'write',
      runnerSettings: { labels: 'DRONE_FILTER', capacity: 'DRONE_MAX_PROCS' },
      defaultPlatform: { os: 'linux', arch: 'amd64' },
      administratorSettings: ['trusted', 'timeoutMinutes'],
    },
    probe: async (signal) => {
      const request = { route: routes.version, retries: 0, ...(signal ? { signal } : {}) };
      const told = (await upstream.json(versionWire, request)).version || null;
      if (told !== null && isAtLeast(versionOf(told), 1, 0)) throw otherKind(id, told, 'drone');
      return { version: told };
    },
    as: (token) => {
      const caller = createCaller(upstream, id, token, dictionary);
      return {
        ...repositoryCalls(caller, identify, isOwn),
        ...buildCalls(caller, isOwn, tasks),
        ...fleetCalls(caller, places),
        ...liveCalls(caller, clock, identify, isOwn, tasks),
        ...secretCalls(caller),
      };
    },
    examination: drone08Examination(upstream, id, options.internalUrl),
    // People sign in there with a form, or come back from the forge to the server's own address.
    oneClick: null,
    logFormat: 'plain',
    pipelineReader: drone08PipelineReader,
    registrySecrets: null,
    buildUrl: (path, number) => `${publicUrl}/${path}/${number}`,
    tokenPageUrl: `${publicUrl}/account/token`,
  };
}
