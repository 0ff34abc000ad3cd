import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trigger } from '../../../ports/ci-server.ts';
import { growth } from '../../../testing/growth.ts';
import { pathMatches } from '../glob.ts';
import { dronePipelineReader as reader } from './pipeline-file.ts';
import { droneRegistrySecrets } from './registry-secrets.ts';

const file = `
kind: pipeline
type: exec
name: build
steps:
  - name: compile
    commands: [make]
---
kind: pipeline
name: deploy
depends_on: [build]
trigger:
  event: [promote]
  target:
    include: [staging, production-*]
    exclude: [production-old]
steps:
  - name: ship
  - name: announce
    when: { target: [production-cn] }
---
kind: secret
name: token
`;

const asFiles = (text: string, name: string) => [{ name, text }];
const promote = (environment: string, more: Partial<Trigger> = {}): Trigger => ({
  event: 'promote',
  branch: 'main',
  ref: 'refs/heads/main',
  repo: 'acme/checkout',
  environment,
  action: '',
  cron: null,
  instance: 'drone.example.test',
  ...more,
});
const stage = (environment: string, name: string, more?: Partial<Trigger>, text = file) => {
  const result = reader.preview(asFiles(text, '.drone.yml'), promote(environment, more));
  return result.stages?.find((s) => s.name === name);
};

describe('adapters/ci/drone/pipeline-file', () => {
  it('runs the stage that names the target and says so', () => {
    expect(stage('staging', 'deploy')).toEqual({
      name: 'deploy',
      runs: true,
      excludedBy: null,
      unsure: [],
      namesTarget: true,
      dependsOn: ['build'],
      steps: [
        { name: 'ship', runs: true },
        { name: 'announce', runs: false },
      ],
    });
  });
  it('runs a stage without conditions for any target, but does not count it as naming it', () => {
    expect(stage('nowhere', 'build')).toMatchObject({ runs: true, namesTarget: false });
    expect(stage('nowhere', 'deploy')).toMatchObject({
      runs: false,
      excludedBy: 'target',
      namesTarget: false,
    });
  });
  it('lets exclude win over include and patterns stop at a slash', () => {
    expect(stage('production-old', 'deploy')?.excludedBy).toBe('target');
    expect(stage('production-cn', 'deploy')?.steps[1]).toEqual({ name: 'announce', runs: true });
    expect(stage('production-a/b', 'deploy')?.excludedBy).toBe('target');
  });
  it('excludes by event before target', () => {
    expect(stage('staging', 'deploy', { event: 'rollback' })?.excludedBy).toBe('event');
  });
  it('counts a stage that only takes promotions, of any target, as made for it', () => {
    const text = 'kind: pipeline\nname: d\ntrigger: { event: promote }\nsteps: []\n';
    expect(stage('anything', 'd', {}, text)?.namesTarget).toBe(true);
  });
  it('counts a step that names the target', () => {
    const text = 'kind: pipeline\nname: d\nsteps:\n- name: a\n- name: b\n  when: { target: eu }\n';
    expect(stage('eu', 'd', {}, text)?.namesTarget).toBe(true);
    expect(stage('us', 'd', {}, text)?.namesTarget).toBe(false);
  });
  it('lists the environments the file names, patterns left out', () => {
    expect(reader.environments(asFiles(file, '.drone.yml'))).toEqual(['staging', 'production-cn']);
  });
  it.each([
    ['kind: [', '.drone.yml', 'broken'],
    ['kind: template\nload: x.yml\n', '.drone.yml', 'template'],
    ['', '.drone.yml', 'no-pipeline'],
    ['kind: pipelines\nname: a\n', '.drone.yml', 'no-pipeline'],
    ['pipeline:\n  build:\n    image: golang\n', '.drone.yml', 'no-pipeline'],
    ['local x = 1; [x]', '.drone.yml', 'no-pipeline'],
    ['{ kind: "pipeline", name: "a" }', '.drone.jsonnet', 'generated'],
    ['def main(ctx):\n  return { "kind": "pipeline" }\n', 'ci/.drone.star', 'generated'],
    ['kind: pipeline', 'drone.starlark', 'generated'],
    ['kind: pipeline', 'drone.script', 'generated'],
    [`# ${'x'.repeat(300_000)}`, '.drone.yml', 'too-large'],
  ])('says of %j in %s that it gives no preview: %s', (text, name, unreadable) => {
    expect(reader.preview(asFiles(text, name), promote('staging'))).toMatchObject({
      stages: null,
      unreadable,
    });
    expect(reader.environments(asFiles(text, name))).toEqual([]);
  });

  it('names the template', () => {
    const result = reader.preview(
      asFiles('kind: template\nload: deploy.star\n', '.drone.yml'),
      promote('staging'),
    );
    expect(result).toMatchObject({ unreadable: 'template', raw: 'deploy.star' });
  });

  it.each([
    ['instance: drone.example.test', []],
    ['instance: "*.example.test"', []],
    ['instance: other.example.test', ['instance']],
    ['instance: { exclude: [other.example.test] }', ['instance']],
    ['status: [success, failure]', []],
    ['status: { exclude: [failure] }', []],
    ['status: failure', ['status']],
    ['paths: { include: [src/**] }', ['paths']],
    ['weather: sunny', ['weather']],
    ['instance: []', []],
    ['branch: main', []],
  ])(
    'with trigger %s: what only the server can tell is %j, and the stage is not called excluded',
    (line, unsure) => {
      const text = `kind: pipeline\nname: d\ntrigger: { event: promote, ${line} }\nsteps: []\n`;
      expect(stage('eu', 'd', {}, text)).toMatchObject({ runs: true, excludedBy: null, unsure });
    },
  );

  it('follows anchors and merge keys', () => {
    const text =
      'kind: pipeline\nname: a\ntrigger: &t { event: promote, target: eu }\nsteps: []\n---\nkind: pipeline\nname: b\nsteps: []\n';
    expect(stage('us', 'a', {}, text)?.excludedBy).toBe('target');
  });
});

describe('adapters/ci/drone/pipeline-file: written to do harm', () => {
  const aliases = Array.from({ length: 9 }, (_, i) =>
    i === 0
      ? 'a0: &a0 [x,x,x,x,x,x,x,x,x]'
      : `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(',')}]`,
  );
  it.each([
    ['aliases that multiply', `kind: pipeline\n${aliases.join('\n')}\n`],
    ['nesting without end', `kind: pipeline\nx: ${'['.repeat(20_000)}`],
    ['a file of megabytes', `kind: pipeline\nsteps:\n${'- name: abcdefgh\n'.repeat(200_000)}`],
  ])('%s: no preview, said in words', (_, text) => {
    const result = reader.preview(asFiles(text, '.drone.yml'), promote('staging'));
    expect(result.stages).toBeNull();
    expect('raw' in result && result.raw).toMatch(/./);
    expect(reader.environments(asFiles(text, '.drone.yml'))).toEqual([]);
  });

  it('a pattern of many stars takes no more than their square', () => {
    const read = (stars: number) => {
      const text = `kind: pipeline\ntrigger: { event: promote, target: "${'*a'.repeat(stars)}b" }\nsteps: []\n`;
      return stage('a'.repeat(250), 'default', {}, text)?.runs;
    };
    expect(read(32)).toBe(false);
    expect(growth(read, 8, 32)).toBeLessThan(4 ** 2 * 2);
  });
});

describe('adapters/ci/drone/glob', () => {
  it('agrees with a regular expression wherever that is quick', () => {
    const letters = fc.constantFrom('a', 'b', '/', '*', '?');
    fc.assert(
      fc.property(
        fc.string({ unit: letters, maxLength: 8 }),
        fc.string({ unit: letters, maxLength: 12 }),
        (pattern, text) => {
          const source = pattern.replaceAll('?', '[^/]').replaceAll('*', '[^/]*');
          expect(pathMatches(pattern, text)).toBe(new RegExp(`^${source}$`, 's').test(text));
        },
      ),
      { numRuns: 2_000 },
    );
  });
  it.each([
    ['feature/*', 'feature/x', true],
    ['feature/*', 'feature/x/y', false],
    ['*', 'main', true],
    ['*', 'a/b', false],
    ['v[0-9]*', 'v1.2', true],
    ['v[^0-9]', 'vx', true],
    ['v[^0-9]', 'v1', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['[', '[', false],
    ['main', 'main2', false],
    ['a.c', 'abc', false],
  ])('%s against %s is %s', (pattern, text, expected) => expect(pathMatches(pattern, text)).toBe(expected));
});

describe('adapters/ci/drone/registry-secrets', () => {
  it.each(['registry.example.com', 'registry.example.com:5000', 'docker.io', 'localhost:5000', 'a-b.c'])(
    'names %s and finds it again',
    (host) => {
      const name = droneRegistrySecrets.nameFor(host);
      expect(name).toMatch(/^[A-Za-z0-9_.-]+$/);
      expect(droneRegistrySecrets.hostOf(name)).toBe(host);
    },
  );
  it('does not take other secrets for credentials', () => {
    for (const name of ['npm_token', 'docker_config_', 'docker_config', 'docker_config_a__b'])
      expect(droneRegistrySecrets.hostOf(name)).toBeNull();
  });
  it('composes the configuration runners read', () => {
    expect(
      JSON.parse(
        droneRegistrySecrets.valueFor({
          host: 'r.example.com',
          username: 'robot$ci',
          password: 'made-up:pass',
        }),
      ),
    ).toEqual({
      auths: { 'r.example.com': { auth: Buffer.from('robot$ci:made-up:pass').toString('base64') } },
    });
  });

  it('is unreadable, and no fault of the console, when its aliases would grow without end', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef']) {
      bomb.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`);
    }
    const text = `kind: pipeline\n${bomb.join('\n')}\n`;
    expect(reader.preview(asFiles(text, '.drone.yml'), promote('staging')).stages).toBeNull();
    expect(reader.environments(asFiles(text, '.drone.yml'))).toEqual([]);
  });
});
