import {
  type Activation,
  type Capability,
  isFinished,
  type Level,
  reaches,
  type Status,
  statusSchema,
} from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { buildPermits, type PermitFacts, repositoryPermits, settingsPermits } from './permits.ts';

const everything: readonly Capability[] = [
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
  'restart-held',
  'cancel-waiting',
];
const facts = (over: Partial<PermitFacts> = {}): PermitFacts => ({
  level: 'admin',
  linked: true,
  ciAdministrator: true,
  activation: 'active',
  capabilities: everything,
  approveNeeds: 'admin',
  secretsNeed: 'write',
  administratorSettings: ['trusted', 'timeoutMinutes', 'concurrentBuilds', 'buildCounter'],
  promotionsAllowed: null,
  ...over,
});
const levels: readonly Level[] = ['none', 'read', 'write', 'admin'];
const activations: readonly Activation[] = ['active', 'inactive', 'unknown'];

describe('a repository whose groups nest deeper than the CI server can take', () => {
  it('cannot be activated, whoever asks; one that is active stays', () => {
    const activate = (over: Partial<PermitFacts>) =>
      repositoryPermits(facts({ activation: 'unknown', ...over })).activate;
    expect(activate({ tooNested: true })).toBe('nested-groups');
    expect(activate({ tooNested: true, level: 'read', linked: false })).toBe('nested-groups');
    expect(activate({ tooNested: false })).toBeNull();
    expect(activate({ tooNested: true, activation: 'active' })).toBe('already-active');
  });
});

describe('a server that cancels only what runs', () => {
  it('says so of what no runner has taken, and of nothing else', () => {
    const capabilities = everything.filter((one) => one !== 'cancel-waiting');
    const cancel = (status: Status, over: Partial<PermitFacts> = {}) =>
      buildPermits(facts({ capabilities, ...over }), { status, environment: null }).cancel;
    expect(cancel('waiting')).toBe('not-begun');
    expect(cancel('approval')).toBe('not-begun');
    expect(cancel('running')).toBeNull();
    expect(cancel('unknown')).toBeNull();
    expect(cancel('success')).toBe('not-running');
    expect(cancel('waiting', { level: 'read' })).toBe('needs-write');
  });
});

describe('somebody whose role on the forge the CI server does not know yet', () => {
  const later = (forgeLevel: Level, level: Level = 'read') => facts({ level, forgeLevel });
  const { status, environment } = { status: 'failure', environment: null } as const;

  it('is told so wherever the role would be enough, and what is missing where it would not', () => {
    const permits = repositoryPermits(later('admin'));
    expect(Object.entries(permits).filter(([, permit]) => permit !== 'needs-sync')).toEqual([
      ['activate', 'already-active'],
    ]);
    expect(settingsPermits(later('admin')).protected).toBe('needs-sync');
    expect(repositoryPermits(later('write'))).toMatchObject({ start: 'needs-sync', repair: 'needs-admin' });
    expect(repositoryPermits(later('read')).start).toBe('needs-write');
    expect(buildPermits(later('write'), { status, environment }).restart).toBe('needs-sync');
  });

  it('also about approving', () => {
    const held = { status: 'approval', environment: null } as const;
    expect(buildPermits(later('admin', 'write'), held).approve).toBe('needs-sync');
    expect(buildPermits(later('write', 'write'), held).approve).toBe('needs-approver');
  });
});

describe('permits of a build, for every level, status and state of the repository', () => {
  for (const level of levels) {
    for (const status of statusSchema.options) {
      for (const activation of activations) {
        for (const approveNeeds of ['write', 'admin'] as const) {
          it(`${level}, ${status}, ${activation}, approval needs ${approveNeeds}`, () => {
            const permits = buildPermits(facts({ level, activation, approveNeeds }), {
              status,
              environment: 'eu',
            });
            const writes = reaches(level, 'write');
            const approves = reaches(level, approveNeeds);
            const again =
              writes &&
              activation === 'active' &&
              status !== 'declined' &&
              (status !== 'approval' || approves);
            expect(permits.restart === null).toBe(again);
            expect(permits.promote === null).toBe(again && status !== 'approval');
            expect(permits.rollback === null).toBe(again && status !== 'approval');
            expect(permits.cancel === null).toBe(writes && !isFinished(status));
            expect(permits.approve === null).toBe(approves && status === 'approval');
          });
        }
      }
    }
  }

  it('a writer may not restart or promote what awaits an administrator’s approval', () => {
    const permits = buildPermits(facts({ level: 'write' }), { status: 'approval', environment: null });
    expect(permits).toEqual({
      restart: 'needs-approver',
      promote: 'needs-approver',
      rollback: 'needs-approver',
      approve: 'needs-approver',
      cancel: null,
    });
  });

  it('names the first reason', () => {
    const of = (over: Partial<PermitFacts>, status: Status = 'success', environment: string | null = null) =>
      buildPermits(facts(over), { status, environment });
    expect(of({ level: 'read' }).restart).toBe('needs-write');
    expect(of({ level: 'read' }, 'running').cancel).toBe('needs-write');
    expect(of({}).cancel).toBe('not-running');
    expect(of({}).approve).toBe('not-waiting');
    expect(of({ activation: 'inactive' }).restart).toBe('needs-active');
    expect(of({}).rollback).toBe('no-target');
    expect(of({}, 'approval', 'staging')).toMatchObject({
      promote: 'awaits-approval',
      rollback: 'awaits-approval',
      restart: null,
    });
    expect(of({}, 'declined').restart).toBe('not-supported');
    expect(of({ capabilities: [] }, 'approval')).toMatchObject({
      approve: 'not-supported',
      promote: 'not-supported',
    });
  });
});

describe('permits of a repository, for every level, link and activation', () => {
  for (const level of levels) {
    for (const linked of [false, true]) {
      for (const activation of activations) {
        it(`${level}, ${linked ? 'linked' : 'not linked'}, ${activation}`, () => {
          const permits = repositoryPermits(facts({ level, linked, activation }));
          const owns = level === 'admin' && linked;
          const active = activation === 'active';
          expect(permits.start === null).toBe(active && reaches(level, 'write'));
          expect(permits.activate === null).toBe(owns && !active);
          for (const name of ['deactivate', 'repair', 'takeOwnership'] as const) {
            expect(permits[name] === null, name).toBe(owns && active);
          }
          expect(permits.changeSettings === null).toBe(owns && activation !== 'unknown');
          for (const name of ['listSecrets', 'changeSecrets'] as const) {
            expect(permits[name] === null, name).toBe(reaches(level, 'write') && activation !== 'unknown');
          }
        });
      }
    }
  }

  it('says what stands in the way', () => {
    expect(repositoryPermits(facts({ linked: false, activation: 'inactive' })).activate).toBe('needs-link');
    expect(repositoryPermits(facts({ level: 'write', linked: false, activation: 'inactive' })).activate).toBe(
      'needs-admin',
    );
    expect(repositoryPermits(facts({})).activate).toBe('already-active');
    expect(repositoryPermits(facts({ secretsNeed: 'admin', level: 'write' })).listSecrets).toBe(
      'needs-admin',
    );
    expect(
      new Set(Object.values(repositoryPermits(facts({ capabilities: [], activation: 'inactive' })))),
    ).toEqual(new Set(['not-supported', null, 'needs-active']));
  });
});

describe('permits where the server or the repository allows less', () => {
  const writer = facts({ level: 'write', approveNeeds: 'write' });
  it('promotions are switched off in the settings', () => {
    const build = { status: 'success', environment: 'eu' } as const;
    expect(buildPermits({ ...writer, promotionsAllowed: true }, build).promote).toBeNull();
    const off = buildPermits({ ...writer, promotionsAllowed: false }, build);
    expect([off.promote, off.rollback, off.restart]).toEqual(['promotions-off', 'promotions-off', null]);
  });
  it('a server that does not restart what is held says so, whoever asks', () => {
    const capabilities = everything.filter((one) => one !== 'restart-held');
    const build = { status: 'approval', environment: null } as const;
    expect(buildPermits(writer, build).restart).toBeNull();
    expect(buildPermits({ ...writer, capabilities }, build).restart).toBe('awaits-approval');
  });
});

describe('permits of settings', () => {
  it('leaves the fields that the server declares to an administrator of the CI server, by a linked account', () => {
    const permits = settingsPermits(facts({ ciAdministrator: false }));
    for (const [name, permit] of Object.entries(permits)) {
      const alone = ['trusted', 'timeoutMinutes', 'concurrentBuilds', 'buildCounter'].includes(name);
      expect(permit, name).toBe(alone ? 'needs-ci-administrator' : null);
    }
    expect(settingsPermits(facts({ ciAdministrator: false, administratorSettings: [] })).trusted).toBeNull();
    expect(new Set(Object.values(settingsPermits(facts())))).toEqual(new Set([null]));
  });

  it('gives every field the same reason where nothing may be changed', () => {
    expect(new Set(Object.values(settingsPermits(facts({ level: 'write' }))))).toEqual(
      new Set(['needs-admin']),
    );
    expect(new Set(Object.values(settingsPermits(facts({ linked: false }))))).toEqual(
      new Set(['needs-link']),
    );
  });
});
