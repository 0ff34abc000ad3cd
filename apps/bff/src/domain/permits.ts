import type { BuildPermits } from '@flightdeck/api-client/contract';
import {
  type Activation,
  type BuildHead,
  type Capability,
  isFinished,
  type Level,
  type RepositoryDetail,
  reaches,
  type Settings,
  settingNames,
} from '@flightdeck/api-client/model';

export type Permit = BuildPermits['restart'];
type RepositoryPermits = RepositoryDetail['permits'];

/** What is known of the one who asks and of the place. All of it comes from the gate and the CI server's declaration. */
export interface PermitFacts {
  /** Stricter of forge and CI server. */
  level: Level;
  /** What the forge alone would allow, where the CI server's knowledge of the person, being older, allows less. */
  forgeLevel?: Level;
  /** The person's own account on the CI server is linked and good. */
  linked: boolean;
  /** …and is one of an administrator there. */
  ciAdministrator: boolean;
  activation: Activation;
  /** Its path has more groups than the CI server can take. */
  tooNested?: boolean;
  capabilities: readonly Capability[];
  approveNeeds: 'write' | 'admin';
  secretsNeed: 'write' | 'admin';
  administratorSettings: readonly (keyof Settings)[];
  /** The repository's settings allow promotions; null where they say nothing of it. */
  promotionsAllowed: boolean | null;
}

/**
 * What this person may do with this build; null = may, else the first reason why not. Lasting reasons (rights) come
 * after the build's own state where that makes the action meaningless for everybody.
 */
export function buildPermits(
  facts: PermitFacts,
  build: Pick<BuildHead, 'status' | 'environment'>,
): BuildPermits {
  const again = startingAgain(facts, build);
  // Nothing of a held build has run: there is nothing yet that could go anywhere.
  const promote =
    can(facts, 'promote') ??
    again ??
    (build.status === 'approval' ? 'awaits-approval' : null) ??
    (facts.promotionsAllowed === false ? 'promotions-off' : null);
  return {
    restart: again,
    cancel: cancel(facts, build),
    approve: approve(facts, build),
    promote,
    rollback: promote ?? (build.environment === null ? 'no-target' : null),
  };
}

/**
 * Restart and promotion make a new build of the same commit that runs at once, also where the old one was held
 * (recorded on 2.25.0: a writer's restart of a build that awaits approval ran unapproved). So they are for those
 * who could have approved it; other servers refuse it (`restart-held`). A declined build is restarted by no server.
 */
function startingAgain(facts: PermitFacts, build: Pick<BuildHead, 'status'>): Permit {
  if (build.status === 'declined') return 'not-supported';
  const denied = needsActive(facts) ?? needsLevel(facts, 'write');
  if (denied) return denied;
  if (build.status !== 'approval') return null;
  if (can(facts, 'restart-held')) return 'awaits-approval';
  return needsApprover(facts);
}

function cancel(facts: PermitFacts, { status }: Pick<BuildHead, 'status'>): Permit {
  if (isFinished(status)) return 'not-running';
  const begun = status !== 'waiting' && status !== 'approval';
  return needsLevel(facts, 'write') ?? (begun || !can(facts, 'cancel-waiting') ? null : 'not-begun');
}

function approve(facts: PermitFacts, build: Pick<BuildHead, 'status'>): Permit {
  const missing = can(facts, 'approval');
  if (missing) return missing;
  if (build.status !== 'approval') return 'not-waiting';
  return needsApprover(facts);
}

function needsApprover(facts: PermitFacts): Permit {
  if (reaches(facts.level, facts.approveNeeds)) return null;
  return lags(facts, facts.approveNeeds) ? 'needs-sync' : 'needs-approver';
}

const lags = ({ level, forgeLevel = level }: PermitFacts, need: 'write' | 'admin'): boolean =>
  reaches(forgeLevel, need);

export function repositoryPermits(facts: PermitFacts): RepositoryPermits {
  const secrets = can(facts, 'secrets') ?? needsLevel(facts, facts.secretsNeed) ?? needsKnown(facts);
  return {
    start: can(facts, 'start-build') ?? needsActive(facts) ?? needsLevel(facts, 'write'),
    activate:
      facts.activation === 'active' ? 'already-active' : facts.tooNested ? 'nested-groups' : owning(facts),
    deactivate: needsActive(facts) ?? owning(facts),
    repair: can(facts, 'repair') ?? needsActive(facts) ?? owning(facts),
    takeOwnership: can(facts, 'take-ownership') ?? needsActive(facts) ?? owning(facts),
    changeSettings: changeSettings(facts),
    listSecrets: secrets,
    changeSecrets: secrets,
  };
}

export function settingsPermits(facts: PermitFacts): Record<keyof Settings, Permit> {
  const general = changeSettings(facts);
  const of = (name: keyof Settings): Permit =>
    general ??
    (facts.administratorSettings.includes(name) && !facts.ciAdministrator ? 'needs-ci-administrator' : null);
  return Object.fromEntries(settingNames.map((name) => [name, of(name)])) as Record<keyof Settings, Permit>;
}

const changeSettings = (facts: PermitFacts): Permit =>
  can(facts, 'settings') ?? needsKnown(facts) ?? owning(facts);

/** Acts that make the caller the one the CI server works as, or that change its rules: never the service account. */
const owning = (facts: PermitFacts): Permit =>
  needsLevel(facts, 'admin') ?? (facts.linked ? null : 'needs-link');

function needsLevel(facts: PermitFacts, need: 'write' | 'admin'): Permit {
  if (reaches(facts.level, need)) return null;
  if (lags(facts, need)) return 'needs-sync';
  return need === 'write' ? 'needs-write' : 'needs-admin';
}

const needsActive = (facts: PermitFacts): Permit => (facts.activation === 'active' ? null : 'needs-active');
const needsKnown = (facts: PermitFacts): Permit => (facts.activation === 'unknown' ? 'needs-active' : null);
const can = (facts: PermitFacts, capability: Capability): Permit =>
  facts.capabilities.includes(capability) ? null : 'not-supported';
