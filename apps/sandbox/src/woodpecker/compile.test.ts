import { describe, expect, it } from 'vitest';
import { type Compiled, compile } from './compile.ts';
import { WpConfigError } from './config.ts';
import { evaluate } from './evaluate.ts';
import type { WpEvent } from './model.ts';

interface Facts {
  event?: WpEvent;
  branch?: string;
  ref?: string;
  changed?: string[];
  env?: Record<string, string>;
  secrets?: { name: string; events: WpEvent[] }[];
}

function compiled(files: Record<string, string>, facts: Facts = {}): Compiled {
  const event = facts.event ?? 'push';
  const environ = { CI_PIPELINE_EVENT: event, ...facts.env };
  return compile({
    configs: Object.entries(files).map(([name, text]) => ({ path: `.woodpecker/${name}.yaml`, name, text })),
    facts: {
      event,
      branch: facts.branch ?? 'main',
      ref: facts.ref ?? 'refs/heads/main',
      repo: 'acme/checkout',
      cron: '',
      changedFiles: facts.changed,
      environ: new Map(Object.entries(environ)),
    },
    secrets: (facts.secrets ?? []).map((one, id) => ({
      ...{ id, orgId: 0, repoId: 1, images: null, note: '', value: 'made-up-value' },
      ...one,
    })),
    files: new Map(),
    commit: 'c0ffee',
  });
}

const names = (files: Record<string, string>, facts?: Facts): string[] =>
  compiled(files, facts).workflows.map((one) => `${one.name}: ${one.steps.map((step) => step.name).join()}`);

function faultsOf(files: Record<string, string>, facts?: Facts) {
  try {
    compiled(files, facts);
  } catch (error) {
    if (error instanceof WpConfigError) return error.errors;
    throw error;
  }
  return [];
}

const file = (when: string, more = ''): string =>
  `${when === '' ? '' : `when: ${when}\n`}${more}skip_clone: true\nsteps: [{name: a, image: bash, commands: [echo a]}]\n`;

describe('which workflows take part', () => {
  it.each([
    ['', 'push', true],
    ['{event: push}', 'push', true],
    ['{event: [tag, cron]}', 'push', false],
    ['[{event: tag}, {event: push}]', 'push', true],
    ['{event: push, branch: release/*}', 'push', false],
    ['{branch: {exclude: [main]}}', 'push', false],
    ['{ref: refs/heads/*}', 'push', true],
    ['{path: docs/**}', 'push', false],
    ['{path: {include: [src/**], exclude: [src/gen/**]}}', 'push', true],
    [`{evaluate: 'CI_PIPELINE_DEPLOY_TARGET == "staging"'}`, 'deployment', true],
    [`{evaluate: 'CI_PIPELINE_DEPLOY_TARGET in ["production"]'}`, 'deployment', false],
  ] as const)('when %s on %s: %s', (when, event, runs) => {
    const facts = { event, changed: ['src/a.ts'], env: { CI_PIPELINE_DEPLOY_TARGET: 'staging' } };
    expect(names({ a: file(when) }, facts)).toEqual(runs ? ['a: a'] : []);
  });

  it('drops one whose dependency does not, unless the dependency is optional', () => {
    const files = {
      build: file('{event: push}'),
      deploy: file('{event: deployment}', 'depends_on: [build]\n'),
      tell: file('{event: deployment}', 'depends_on: [{name: build, optional: true}]\n'),
      after: file('{event: deployment}', 'depends_on: [deploy]\n'),
    };
    expect(names(files, { event: 'deployment' })).toEqual(['tell: a']);
    expect(compiled(files).workflows.map((one) => one.dependsOn)).toEqual([[]]);
  });

  it('multiplies by a matrix, the last axis fastest, and puts the axes into the text', () => {
    const text = `matrix: {GO: ["1.24", "1.25"], OS: [a, b]}\nwhen: {event: push}\nlabels: {os: "\${OS}"}\nskip_clone: true\nsteps: [{name: "go-\${GO}", image: bash, commands: ["echo $\${HOME}"]}]\n`;
    const { workflows } = compiled({ m: text });
    expect(workflows.map((one) => Object.values(one.environ).join())).toEqual([
      '1.24,a',
      '1.24,b',
      '1.25,a',
      '1.25,b',
    ]);
    expect(workflows.map((one) => [one.labels.os, one.steps[0]?.name])).toContainEqual(['b', 'go-1.25']);
    // Kept for the shell.
    expect(workflows[0]?.steps[0]?.recipe.commands).toEqual([`echo ${'$'}{HOME}`]);
    const listed =
      'matrix: {include: [{A: x}, {A: y, B: z}]}\nskip_clone: true\nsteps: [{name: a, image: bash, commands: [a]}]\n';
    expect(compiled({ m: listed }).workflows.map((one) => one.environ)).toEqual([
      { A: 'x' },
      { A: 'y', B: 'z' },
    ]);
  });

  it('warns of a workflow without a filter for events, which takes every one', () => {
    const [warning] = compiled({ a: file('') }).warnings;
    expect(warning).toMatchObject({ type: 'bad_habit', is_warning: true });
    expect(compiled({ a: file('{event: push}') }).warnings).toEqual([]);
  });
});

describe('what cannot be used', () => {
  const withSecret =
    'when: {event: [push, cron]}\nsteps: [{name: a, image: bash, environment: {T: {from_secret: key}}, commands: [a]}]\n';

  it('names the secret that the event may not use, and the one that is not there', () => {
    expect(faultsOf({ a: withSecret })).toMatchObject([
      { type: 'generic', message: 'secret "key" not found' },
    ]);
    const secrets = [{ name: 'KEY', events: ['push' as const] }];
    expect(faultsOf({ a: withSecret }, { secrets })).toEqual([]);
    expect(faultsOf({ a: withSecret }, { secrets, event: 'cron' })).toEqual([
      {
        type: 'generic',
        message: 'secret "key" is not allowed to be used with pipeline event "cron"',
        is_warning: false,
        data: null,
      },
    ]);
  });

  it('is told in the words of the reader, place and all', () => {
    const message = (text: string): string => faultsOf({ a: text })[0]?.message ?? '';
    expect(message('steps: [\n  bad')).toBe(
      "go-yaml load error in parser (while parsing a flow sequence) at L1.C8-L3.C1: did not find expected ',' or ']'",
    );
    expect(message('steps:\n  - name: a\n    image: bash\n    commands: [true]\n')).toBe(
      "yaml: construct errors: line 4: cannot unmarshal 'true' of type bool into a string value",
    );
    expect(faultsOf({ a: 'when: {event: push}\n' })).toMatchObject([
      { type: 'linter', data: { field: 'steps' } },
    ]);
  });
});

describe('expressions', () => {
  const env = new Map(Object.entries({ A: 'x', B: 'yes', EMPTY: '' }));
  it.each([
    ['A == "x"', true],
    ["A != 'x' || B == 'yes'", true],
    ['not (A == "x") and B == "yes"', false],
    ['A in ["x", "y"] && !(B in ["no"])', true],
    ['A not in ["x"]', false],
    ['B contains "e" and B startsWith "y" and B endsWith "s"', true],
    ['B matches "^y.s$"', true],
    ['MISSING == ""', true],
  ])('%s: %s', (text, value) => {
    expect(evaluate(text, env)).toBe(value);
  });

  it('refuses what is none', () => {
    for (const text of ['A ==', '(A == "x"', 'A = "x"', '['])
      expect(() => evaluate(text, env)).toThrow(SyntaxError);
  });
});
