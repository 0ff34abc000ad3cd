import { describe, expect, it } from 'vitest';
import { conditionsMatch, filterMatches, globMatches, statusRuns } from './match.ts';
import { PipelineError, parsePipelineFile } from './pipeline.ts';

describe('patterns', () => {
  it.each([
    ['main', 'main', true],
    ['feature/*', 'feature/x', true],
    ['feature/*', 'feature/x/y', false],
    ['feature/**', 'feature/x/y', true],
    ['v?.0', 'v2.0', true],
    ['{staging,production}', 'production', true],
    ['prod*', 'production', true],
    ['prod*', 'staging', false],
    ['release-[0-9]', 'release-3', true],
    ['a.b', 'axb', false],
  ])('%s against %s: %s', (pattern, value, wanted) => {
    expect(globMatches(pattern, value)).toBe(wanted);
  });
});

describe('filters', () => {
  it('exclude before they include, and ask nothing when absent', () => {
    expect(filterMatches(undefined, 'x')).toBe(true);
    expect(filterMatches({ include: ['*'], exclude: ['x'] }, 'x')).toBe(false);
    expect(filterMatches({ include: [], exclude: ['y'] }, 'x')).toBe(true);
    expect(filterMatches({ include: ['y'], exclude: [] }, '')).toBe(false);
  });

  it('come out of every spelling of the file', () => {
    const text = [
      'kind: pipeline\ntype: exec\nname: a\ntrigger:\n  event: push\n  branch: {exclude: [wip/*]}\n  target: [production]\nsteps: []',
      'kind: pipeline\ntype: exec\nname: b\ndepends_on: a\ntrigger: {status: [failure]}\nsteps: []',
    ].join('\n---\n');
    const [first, second] = parsePipelineFile(text).pipelines;
    const facts = {
      event: 'push',
      branch: 'main',
      ref: '',
      target: 'production',
      repo: '',
      cron: '',
      action: '',
    };
    if (!first || !second) throw new Error('two pipelines were expected');
    expect(conditionsMatch(first.trigger, facts)).toBe(true);
    expect(conditionsMatch(first.trigger, { ...facts, branch: 'wip/x' })).toBe(false);
    expect(conditionsMatch(first.trigger, { ...facts, target: '' })).toBe(false);
    expect([second.depends_on, statusRuns(second.trigger)]).toEqual([
      ['a'],
      { onSuccess: false, onFailure: true },
    ]);
  });

  it.each([
    [
      'depends on what comes later',
      'kind: pipeline\ntype: exec\nname: a\ndepends_on: [b]\nsteps: []',
      'linter: invalid or unknown pipeline dependency',
    ],
    [
      'two of one name',
      'kind: pipeline\ntype: exec\n---\nkind: pipeline\ntype: exec\n',
      'linter: duplicate pipeline names',
    ],
    [
      'a value where none may be',
      'kind: pipeline: x\n',
      'yaml: line 1: mapping values are not allowed in this context',
    ],
  ])('refuse a file that %s', (_what, text, message) => {
    expect(() => parsePipelineFile(text)).toThrow(new PipelineError(message));
  });
});

describe('kinds', () => {
  it('other than those of settings are pipelines; none is a fault', () => {
    const text = 'kind: secret\nname: s\n---\nkind: pipelin\nname: x\nsteps: []\n';
    expect(parsePipelineFile(text).pipelines.map(({ kind, type }) => [kind, type])).toEqual([
      ['pipelin', ''],
    ]);
    expect(() => parsePipelineFile('name: x\nsteps: []\n')).toThrow(
      new PipelineError('yaml: missing kind attribute'),
    );
  });
});
