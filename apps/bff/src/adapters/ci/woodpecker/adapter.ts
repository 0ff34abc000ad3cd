import type { Capability } from '@flightdeck/api-client/model';
import type { CiDeclaration, CiServer } from '../../../ports/ci-server.ts';
import { createCaller } from '../caller.ts';
import { type CiAdapterOptions, ciUpstream, withoutSlash } from '../options.ts';
import { isAtLeast, type Version, versionOf } from '../versions.ts';
import { createBuildFiles } from './build-files.ts';
import { buildCalls } from './builds.ts';
import { streamCalls } from './events.ts';
import { woodpeckerExamination } from './examine.ts';
import { fleetCalls } from './fleet.ts';
import { logCalls } from './logs.ts';
import { woodpeckerPipelineReader } from './pipeline-file.ts';
import { createRepoIds } from './repo-ids.ts';
import { repositoryCalls } from './repositories.ts';
import { routes } from './routes.ts';
import { secretCalls } from './secrets.ts';
import { events } from './statuses.ts';
import { createStepIds } from './step-ids.ts';
import { defaultPipelineFile, furtherPipelineFiles } from './translate-repository.ts';
import { versionWire } from './wire.ts';
import { dictionary } from './words.ts';

const capabilities: readonly Capability[] = [
  'promote',
  'restart-with-parameters',
  'start-build',
  'approval',
  'secrets',
  'native-registries',
  'log-while-running',
  'take-ownership',
  'repair',
  'settings',
  'files-kept',
  'cancel-waiting',
  'whole-list',
  'parent-named',
];

/** A Woodpecker server, 2.8 to 3.17. */
export function createWoodpecker(options: CiAdapterOptions): CiServer {
  const { id, clock } = options;
  const publicUrl = withoutSlash(options.publicUrl);
  const upstream = ciUpstream(options, { allow: Object.values(routes) });
  const ids = createRepoIds(clock);
  const steps = createStepIds(ids);
  const files = createBuildFiles();
  /** Before the first answer the newest. */
  let version: Version = versionOf(null);
  const hasRefresh = () => isAtLeast(version, 3, 16);

  const declaration = (): CiDeclaration => ({
    name: options.name,
    product: 'Woodpecker',
    publicUrl,
    forge: options.forge,
    capabilities: hasRefresh() ? [...capabilities, 'sync'] : capabilities,
    events,
    defaultPipelineFile,
    furtherPipelineFiles,
    logLimitBytes: null,
    logLimitKeeps: 'last',
    liveHistory: null,
    // `from_secret` ignores case; the longest string a Linux kernel hands to a process is 128 KiB.
    secrets: { caseInsensitive: true, maxValueBytes: 64 * 1024 },
    approveNeeds: 'write',
    secretsNeed: 'write',
    runnerSettings: { labels: 'WOODPECKER_AGENT_LABELS', capacity: 'WOODPECKER_MAX_WORKFLOWS' },
    defaultPlatform: { os: 'linux', arch: 'amd64' },
    administratorSettings: ['trusted', 'trustedNetwork', 'trustedVolumes', 'trustedSecurity'],
  });

  return {
    id,
    get declaration() {
      return declaration();
    },
    probe: async (signal) => {
      const request = { route: routes.version, retries: 0, ...(signal ? { signal } : {}) };
      const { value, headers } = await upstream.page(versionWire, request);
      const told = value.version || String(headers['x-woodpecker-version'] ?? '') || null;
      version = versionOf(told);
      return { version: told };
    },
    as: (token) => {
      const caller = createCaller(upstream, id, token, dictionary);
      return {
        ...repositoryCalls(caller, ids, hasRefresh),
        ...buildCalls(caller, ids, files),
        ...fleetCalls(caller),
        ...streamCalls(caller, { clock, ids, steps, files }),
        ...logCalls(caller, { clock, steps }),
        ...secretCalls(caller, ids),
      };
    },
    examination: woodpeckerExamination(upstream, id, options.internalUrl),
    // Its sign-in has one fixed way back, its own (3.17.0): no page of the console can take part in it.
    oneClick: null,
    logFormat: 'woodpecker',
    pipelineReader: woodpeckerPipelineReader,
    registrySecrets: null,
    buildUrl: (path, number) => {
      const repository = ids.last(path);
      return repository === null
        ? `${publicUrl}/repos`
        : `${publicUrl}/repos/${repository}/pipeline/${number}`;
    },
    get tokenPageUrl() {
      return isAtLeast(version, 3, 0) ? `${publicUrl}/user/cli-and-api` : `${publicUrl}/user#cli-and-api`;
    },
  };
}
