import { describe, expect, it } from 'vitest';
import type { Trigger } from '../../../ports/ci-server.ts';
import { growth } from '../../../testing/growth.ts';
import { woodpeckerPipelineReader as reader } from './pipeline-file.ts';

const build = `when:
  - event: [push, pull_request, tag, manual, cron]
steps:
  - name: compile
    image: bash
    commands: [make]
`;
const deploy = `when:
  - event: [push, manual]
    branch: main
  - event: deployment
    evaluate: 'CI_PIPELINE_DEPLOY_TARGET in ["staging", "production"]'
depends_on:
  - name: build
    optional: true
steps:
  - name: roll-out
    image: bash
    commands: [make deploy]
  - name: announce
    image: bash
    commands: [echo]
    when:
      evaluate: CI_PIPELINE_DEPLOY_TARGET == "production"
`;
const files = [
  { name: 'build', text: build },
  { name: 'deploy', text: deploy },
];
const promote = (environment: string | null, more: Partial<Trigger> = {}): Trigger => ({
  event: 'promote',
  branch: 'main',
  ref: 'refs/heads/main',
  repo: 'acme/checkout',
  environment,
  action: '',
  cron: null,
  instance: 'ci.example.test',
  ...more,
});
const preview = (trigger: Trigger, given = files) => reader.preview(given, trigger).stages ?? [];
const one = (text: string, trigger = promote('eu')) => preview(trigger, [{ name: 'one', text }])[0];

describe('workflow files', () => {
  it('several count together; one that names the target runs and says so', () => {
    expect(preview(promote('staging'))).toEqual([
      {
        name: 'build',
        runs: false,
        excludedBy: 'event',
        unsure: [],
        namesTarget: false,
        dependsOn: [],
        steps: [{ name: 'compile', runs: false }],
      },
      {
        name: 'deploy',
        runs: true,
        excludedBy: null,
        unsure: [],
        namesTarget: true,
        dependsOn: ['build'],
        steps: [
          { name: 'roll-out', runs: true },
          { name: 'announce', runs: false },
        ],
      },
    ]);
    expect(preview(promote('production'))[1]?.steps.every((step) => step.runs)).toBe(true);
  });

  it('a target that no workflow accepts runs nothing', () => {
    expect(preview(promote('nowhere')).map((stage) => stage.excludedBy)).toEqual(['event', 'event']);
    expect(
      one(deploy.slice(deploy.indexOf('  - event: dep')).replace(/^/, 'when:\n'), promote('x'))?.excludedBy,
    ).toBe('target');
  });

  it('a workflow that waits for one that is filtered out goes with it, and so on', () => {
    const strict = deploy.replace('    optional: true\n', '');
    const after = 'when: {event: deployment}\ndepends_on: deploy\nsteps: [{name: a, commands: [x]}]';
    const given = [
      { name: 'build', text: build },
      { name: 'deploy', text: strict },
      { name: 'after', text: after },
    ];
    const stages = preview(promote('staging'), given);
    expect(stages.map(({ name, excludedBy }) => [name, excludedBy])).toEqual([
      ['build', 'event'],
      ['deploy', 'dependency'],
      ['after', 'dependency'],
    ]);
    expect(stages.every((stage) => stage.steps.every((step) => !step.runs))).toBe(true);
  });

  it('without a filter it runs for every event, but was not made for the target', () => {
    const stage = one('steps: [{name: a, commands: [x]}]');
    expect(stage).toMatchObject({ runs: true, namesTarget: false });
  });

  it('for deployments of any target', () => {
    expect(one('when: {event: deployment}\nsteps: [{name: a}]')).toMatchObject({ namesTarget: true });
    expect(one('when: {event: [deployment, push]}\nsteps: [{name: a}]')).toMatchObject({
      namesTarget: false,
    });
  });

  it('without a step left it does not run', () => {
    const text = 'steps:\n- {name: a, when: {event: push}}\n- {name: b, when: [{event: tag}]}\n';
    expect(one(text)).toMatchObject({ runs: false, excludedBy: 'steps' });
    expect(one(text, promote(null, { event: 'push' }))?.steps).toEqual([
      { name: 'a', runs: true },
      { name: 'b', runs: false },
    ]);
  });

  it.each([
    ['{event: deployment, branch: release/*}', 'branch'],
    ['{event: deployment, branch: {exclude: [main]}}', 'branch'],
    ['{ref: refs/tags/*}', 'ref'],
    ['{repo: other/*}', 'repo'],
    ['{event: push}', 'event'],
    ['{evaluate: \'CI_COMMIT_BRANCH == "x"\'}', 'condition'],
    ['{evaluate: \'CI_PIPELINE_DEPLOY_TARGET != "eu"\'}', 'target'],
  ])('when: %s excludes by %s', (when, by) => {
    expect(one(`when: ${when}\nsteps: [{name: a}]`)).toMatchObject({ runs: false, excludedBy: by });
  });

  it.each<[string, Partial<Trigger>?]>([
    ['{branch: "{main,dev}"}'],
    ['{ref: refs/**}'],
    ['{repo: acme/*}'],
    ['[{event: push}, {event: deployment}]'],
    // Changed files count for pushes and pull requests only.
    ['{event: deployment, path: "docs/**"}'],
    ['{branch: other, event: deployment}', { event: 'tag', branch: '', ref: 'refs/tags/v1' }],
  ])('when: %s does not exclude', (when, more = {}) => {
    const trigger = { ...promote('eu'), ...more };
    const text = `when: ${when}\nsteps: [{name: a}]`.replace(
      'event: deployment}',
      `event: [deployment, tag]}`,
    );
    expect(one(text, trigger)).toMatchObject({ runs: true, unsure: [] });
  });

  it.each([
    ['{path: "docs/**"}', ['path'], { event: 'push' }],
    ['{platform: linux/arm64}', ['platform'], {}],
    ['{instance: ci.example.test}', ['instance'], {}],
    ['{evaluate: \'MY_SWITCH == "on"\'}', ['evaluate: MY_SWITCH == "on"'], {}],
    ['{evaluate: len(CI_COMMIT_BRANCH) > 3}', ['evaluate: len(CI_COMMIT_BRANCH) > 3'], {}],
  ])('what cannot be told of when: %s is said', (when, unsure, more) => {
    const stage = one(`when: ${when}\nsteps: [{name: a}]`, {
      ...promote('eu'),
      ...(more as Partial<Trigger>),
    });
    expect(stage).toMatchObject({ runs: true, unsure, namesTarget: false });
  });

  it('one entry that holds for certain is enough', () => {
    expect(one('when: [{platform: x}, {event: deployment}]\nsteps: [{name: a}]')?.unsure).toEqual([]);
  });

  it('manual, closed and labelled pull requests have words of their own', () => {
    const text = 'when: {event: [manual, pull_request_closed]}\nsteps: [{name: a}]';
    expect(one(text, promote(null, { event: 'custom' }))?.runs).toBe(true);
    expect(one(text, promote(null, { event: 'pull_request', action: 'closed' }))?.runs).toBe(true);
    expect(one(text, promote(null, { event: 'pull_request' }))?.runs).toBe(false);
  });

  it('lists the environments the files name', () => {
    expect(reader.environments(files)).toEqual(['staging', 'production']);
    expect(reader.environments([])).toEqual([]);
  });

  it.each([
    ['steps: [', 'broken'],
    ['just words', 'no-pipeline'],
    ['', 'no-pipeline'],
  ])('has no preview for %j (%s), and says of which file', (text, unreadable) => {
    const result = reader.preview([...files, { name: 'odd', text }], promote('staging'));
    expect(result).toMatchObject({ stages: null, unreadable });
    expect('raw' in result && result.raw).toMatch(/^odd/);
  });

  it('older spellings of steps', () => {
    expect(one('pipeline: {a: {image: x}, b: {when: {event: push}}}')?.steps).toEqual([
      { name: 'a', runs: true },
      { name: 'b', runs: false },
    ]);
  });
});

describe('workflow files written to do harm', () => {
  const aliases = Array.from({ length: 9 }, (_, i) =>
    i === 0
      ? 'a0: &a0 [x,x,x,x,x,x,x,x,x]'
      : `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(',')}]`,
  );
  it.each([
    ['aliases that multiply', `steps: []\n${aliases.join('\n')}\n`],
    ['nesting without end', `x: ${'['.repeat(20_000)}`],
    ['a file of megabytes', `steps:\n${'- name: abcdefgh\n'.repeat(200_000)}`],
  ])('%s: no preview, said in words', (_, text) => {
    const result = reader.preview([{ name: 'a', text }], promote('x'));
    expect(result.stages).toBeNull();
    expect(reader.environments([{ name: 'a', text }])).toEqual([]);
  });

  it.each<[string, (times: number) => string]>([
    ['many stars', (times) => `when: {branch: "${'*a'.repeat(times)}b"}`],
    ['many double stars', (times) => `when: {branch: "${'**a'.repeat(times)}b"}`],
    ['many braces', (times) => `when: {branch: "${'{a,b}'.repeat(times)}"}`],
    ['deep brackets', (times) => `when: {evaluate: "${'('.repeat(times * 15)}1${')'.repeat(times * 15)}"}`],
    ['a long chain', (times) => `when: {evaluate: '${'CI_REPO == "a" || '.repeat(times * 2)}false'}`],
  ])('%s take no more than their square', (_, when) => {
    const read = (times: number) =>
      one(`${when(times)}\nsteps: [{name: a}]`, promote('x', { branch: 'a'.repeat(250) }));
    expect(read(60)).toBeDefined();
    expect(growth(read, 15, 60)).toBeLessThan(4 ** 2 * 2);
  });
});
