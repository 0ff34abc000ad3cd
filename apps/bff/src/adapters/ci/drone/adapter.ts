import type { Capability } from '@flightdeck/api-client/model';
import type { CiDeclaration, CiServer } from '../../../ports/ci-server.ts';
import { createCaller } from '../caller.ts';
import { type CiAdapterOptions, ciUpstream, withoutSlash } from '../options.ts';
import { isAtLeast, otherKind, type Version, versionOf } from '../versions.ts';
import { buildCalls } from './builds.ts';
import { goPath } from './encode.ts';
import { streamCalls } from './events.ts';
import { droneExamination } from './examine.ts';
import { createOneClick } from './link.ts';
import { logCalls } from './logs.ts';
import { dronePipelineReader } from './pipeline-file.ts';
import { droneRegistrySecrets } from './registry-secrets.ts';
import { repositoryCalls } from './repositories.ts';
import { routes } from './routes.ts';
import { secretCalls } from './secrets.ts';
import { defaultPipelineFile, events } from './translate.ts';
import { versionWire } from './wire.ts';
import { dictionary } from './words.ts';

const capabilities: readonly Capability[] = [
  'sync',
  'promote',
  'rollback-event',
  'restart-with-parameters',
  'start-build',
  'approval',
  'secrets',
  'take-ownership',
  'repair',
  'settings',
  'approve-stages',
  'restart-held',
  'debug',
  'start-commit',
  'parameters-kept',
  'starter-named',
  'late-activation',
  'rejects-unmatched',
  'cancel-waiting',
  'whole-list',
];

/** A Drone server, 1.10 to 2.25. */
export function createDrone(options: CiAdapterOptions): CiServer {
  const { id, clock } = options;
  const publicUrl = withoutSlash(options.publicUrl);
  const upstream = ciUpstream(options, { allow: Object.values(routes), encodeSegment: goPath });
  /** Before the first answer the newest. */
  let version: Version = versionOf(null);
  const isNew = () => isAtLeast(version, 2, 0);
  const link = options.oneClickLink ? createOneClick(upstream, id, publicUrl, options) : null;
  // Until 2.20 its sign-in comes back to itself alone (`DRONE_GITEA_REDIRECT_URL` came with 2.20; seen missing on 1.10.1).
  const oneClick = () => (isAtLeast(version, 2, 20) ? link : null);
  const declared = (): Capability[] => [
    ...capabilities,
    ...(isNew() ? (['parent-named'] as const) : []),
    ...(oneClick() ? (['one-click-link'] as const) : []),
  ];

  return {
    id,
    get declaration(): CiDeclaration {
      return {
        name: options.name,
        product: 'Drone',
        publicUrl,
        forge: options.forge,
        capabilities: declared(),
        events,
        defaultPipelineFile,
        // Its sync leaves out every repository with more than one slash (2.25 source).
        pathSegments: 2,
        logLimitBytes: 5 * 1024 * 1024,
        logLimitKeeps: 'last',
        liveHistory: 5000,
        // Environment variables on a runner; MySQL's column for a value ends at 64 KiB.
        secrets: { caseInsensitive: true, maxValueBytes: 64 * 1024 - 1 },
        approveNeeds: 'admin',
        secretsNeed: 'write',
        // All runners of 1.x and 2.x know these two; a runner's platform is that of its machine or image.
        runnerSettings: { labels: 'DRONE_RUNNER_LABELS', capacity: 'DRONE_RUNNER_CAPACITY' },
        defaultPlatform: { os: 'linux', arch: 'amd64' },
        // From anybody else they are ignored without a word; a service account's token would have them obeyed.
        administratorSettings: ['trusted', 'timeoutMinutes', 'concurrentBuilds', 'buildCounter'],
      };
    },
    probe: async (signal) => {
      const request = { route: routes.version, retries: 0, ...(signal ? { signal } : {}) };
      const told = (await upstream.json(versionWire, request)).version || null;
      version = versionOf(told);
      if (told !== null && !isAtLeast(version, 1, 0)) throw otherKind(id, told, 'drone-0.8');
      return { version: told };
    },
    as: (token) => {
      const caller = createCaller(upstream, id, token, dictionary);
      return {
        ...repositoryCalls(caller),
        ...buildCalls(caller, isNew),
        ...streamCalls(caller, clock),
        ...logCalls(caller),
        ...secretCalls(caller),
      };
    },
    examination: droneExamination(upstream, id, options.internalUrl, (told) => {
      version = versionOf(told);
    }),
    get oneClick() {
      return oneClick();
    },
    logFormat: 'plain',
    pipelineReader: dronePipelineReader,
    registrySecrets: droneRegistrySecrets,
    buildUrl: (path, number) => `${publicUrl}/${path}/${number}`,
    tokenPageUrl: `${publicUrl}/account`,
  };
}
