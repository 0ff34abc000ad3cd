import type { BuildView } from '@flightdeck/api-client/contract';
import type { FailureCause } from '@flightdeck/api-client/model';
import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { sayLive } from '../testing/fake-socket.ts';
import { buildView, stage, step } from '../testing/fixtures/builds.ts';
import { NOW, person } from '../testing/fixtures/people.ts';
import { renderPage } from '../testing/render-page.tsx';

const BUILD = '/api/servers/ci/repositories/acme~checkout/builds/41';
const open = (view: BuildView, at = '') =>
  renderPage(`/r/ci/acme/checkout/-/builds/41${at}`, { api: { [`GET ${BUILD}`]: view } });

const cause = (more: Partial<FailureCause>): FailureCause => ({
  kind: 'exit-code',
  stage: 'default',
  stageNumber: 1,
  step: 'test',
  stepNumber: 2,
  exitCode: 3,
  raw: null,
  line: null,
  by: null,
  ignoredSteps: [],
  ...more,
});
const begun = { finishedAt: null, exitCode: null };
const running = stage(1, 'default', [step(1, 'compile', { status: 'running', ...begun })], {
  status: 'running',
  ...begun,
});

describe('build: what happened and why, in one sentence', () => {
  it.each<[string, BuildView, RegExp]>([
    ['passed', buildView(41), /^Passed in 4:50\./],
    [
      'passed with a failure the pipeline file allows',
      buildView(41, {
        stages: [stage(1, 'default', [step(1, 'lint', { status: 'failure', ignoresFailure: true })])],
      }),
      /^Passed in 4:50\. lint failed too, which the pipeline file allows\./,
    ],
    [
      'failed',
      buildView(41, { status: 'failure' }, { cause: cause({ ignoredSteps: ['lint'] }) }),
      /^test failed with exit code 3\. lint failed too/,
    ],
    [
      'failed with the server’s own words below',
      buildView(
        41,
        { status: 'error' },
        { cause: cause({ kind: 'pipeline-file', raw: 'yaml: line 3', line: 3 }) },
      ),
      /server names line 3\. ?yaml: line 3/,
    ],
    [
      'runs',
      buildView(41, { status: 'running', finishedAt: null, stages: [running] }),
      /^Runs: default \/ compile\./,
    ],
    [
      'runs, and a stage still waits',
      buildView(
        41,
        { status: 'running', finishedAt: null, stages: [running] },
        { waits: [{ kind: 'dependency', stage: 'deploy', on: ['default'] }] },
      ),
      /^Runs: default \/ compile\. deploy waits for default\./,
    ],
    [
      'gives no sign of life',
      buildView(
        41,
        { status: 'running', finishedAt: null, stages: [running] },
        { silence: { stage: 'default', step: 'compile', runner: 'runner-1', since: NOW - 600_000 } },
      ),
      /^No sign of life from runner-1 since .*: compile may not be running any more\./,
    ],
    [
      'waits behind another build',
      buildView(
        41,
        { status: 'waiting', startedAt: null, finishedAt: null },
        {
          waits: [
            {
              kind: 'concurrency-limit',
              stage: 'deploy',
              limit: 1,
              of: 'stage',
              behind: [{ number: 40, waiting: false }],
            },
          ],
        },
      ),
      /^deploy may run only once at a time; ahead: #40\. .* so far\./,
    ],
    [
      'awaits approval',
      buildView(
        41,
        { status: 'approval', startedAt: null, finishedAt: null },
        {
          waits: [
            {
              kind: 'approval',
              stages: ['default'],
              approvers: [person('grace', 'Grace')],
              you: false,
              because: 'fork',
            },
          ],
        },
      ),
      /^Awaits approval by Grace, because it comes from a fork\./,
    ],
    [
      'waits, nobody knows why',
      buildView(41, { status: 'waiting', finishedAt: null }),
      /^The server doesn’t say why/,
    ],
    [
      'was cancelled',
      buildView(41, { status: 'cancelled' }, { cause: cause({ kind: 'cancelled', by: 'ada' }) }),
      /by ada\./,
    ],
    ['was skipped', buildView(41, { status: 'skipped' }), /^A newer build took its place/],
    ['has a state nobody knows', buildView(41, { status: 'unknown' }), /uses a word for this build’s state/],
  ])('%s', async (_, view, sentence) => {
    await open(view);
    await screen.findByRole('heading', { name: /Change 41/ });
    const said = screen.getAllByRole('status').map((one) => one.textContent ?? '');
    expect(said.filter((text) => sentence.test(text))).toHaveLength(1);
  });

  it('names the image of the open step', async () => {
    const stages = [
      stage(1, 'default', [step(1, 'compile', { image: 'golang:1.26' }), step(2, 'test', { image: null })]),
    ];
    const { user } = await open(buildView(41, { stages }));
    expect(await screen.findByText('golang:1.26')).toBeTruthy();
    await user.click(within(screen.getByRole('navigation', { name: 'Steps of default' })).getByText('test'));
    expect(screen.queryByText('golang:1.26')).toBeNull();
  });

  it('names the pipeline file that could not be used and leads to it at that commit', async () => {
    await open(
      buildView(41, { status: 'error' }, { cause: cause({ kind: 'pipeline-file', raw: 'yaml: x' }) }),
    );
    const link = await screen.findByRole('link', { name: /Open \.ci\.yml at this commit/ });
    expect(link.getAttribute('href')).toBe('http://code.example/file');
  });

  it('opens at the step that broke it and goes back there from another', async () => {
    const stages = [
      stage(1, 'default', [
        step(1, 'lint', { status: 'failure', ignoresFailure: true }),
        step(2, 'test', { status: 'failure', exitCode: 3 }),
      ]),
    ];
    const view = buildView(
      41,
      { status: 'failure', stages },
      { cause: cause({}), opensAt: { stage: 1, step: 2 } },
    );
    const { user } = await open(view);
    expect(await screen.findByRole('region', { name: 'Log of test' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: /Go to the failure/ })).toBeNull();
    await user.click(within(screen.getByRole('navigation', { name: 'Steps of default' })).getByText('lint'));
    expect(await screen.findByRole('region', { name: 'Log of lint' })).toBeTruthy();
    expect(window.location.pathname).toBe('/r/ci/acme/checkout/-/builds/41/1/1');
    await user.click(screen.getByRole('button', { name: /Go to the failure/ }));
    expect(await screen.findByRole('region', { name: 'Log of test' })).toBeTruthy();
  });

  it('says of a stage that waits while others run why it waits, in its pane and its lane', async () => {
    const waiting = { status: 'waiting', startedAt: null, runner: null, ...begun } as const;
    const view = buildView(
      41,
      {
        status: 'running',
        finishedAt: null,
        stages: [
          running,
          stage(2, 'deploy', [], { ...waiting, dependsOn: ['default'] }),
          stage(3, 'docs', [], { ...waiting, labels: { gpu: 'yes' } }),
          stage(4, 'lint', [], { ...waiting, status: 'cancelled', finishedAt: NOW }),
        ],
      },
      {
        stageWaits: [
          { stage: 2, reason: { kind: 'dependency', stage: 'deploy', on: ['default'] } },
          {
            stage: 3,
            reason: {
              ...{ kind: 'no-runner', stage: 'docs', type: '', platform: null },
              ...{ labels: { gpu: 'yes' }, seen: [], since: null },
            },
          },
        ],
      },
    );
    const { user } = await open(view);
    expect(
      await screen.findByRole('img', { name: 'deploy: Waiting. deploy waits for default.' }),
    ).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /deploy/ }));
    expect(
      await screen.findByText(
        (_, node) =>
          node?.tagName === 'P' &&
          node.textContent === 'deploy waits for default. It begins by itself after that.',
      ),
    ).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /docs/ }));
    expect(await screen.findByText(/its labels are set by CI_LABELS/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /lint/ }));
    expect(await screen.findByText('It ended before a step began.')).toBeTruthy();
  });

  it('takes what a live message brings, but nothing older than it shows', async () => {
    await open(buildView(41, { status: 'running', finishedAt: null, stages: [running] }, { asOf: NOW }));
    await screen.findByText(/Runs: default/);
    sayLive('build', { type: 'build', listed: null, view: buildView(41, {}, { asOf: NOW + 1_000 }) });
    await screen.findByText(/Passed in/);
    sayLive('build', {
      type: 'build',
      listed: null,
      view: buildView(41, { status: 'running', finishedAt: null, stages: [running] }, { asOf: NOW + 500 }),
    });
    expect(screen.getByText(/Passed in/)).toBeTruthy();
  });
});

describe('build: what can be done', () => {
  it('says beside a refused action why it is refused', async () => {
    await open(
      buildView(
        41,
        { status: 'approval', finishedAt: null },
        {
          permits: {
            ...{ restart: 'needs-approver', approve: 'needs-approver', promote: 'needs-approver' },
            ...{ cancel: 'needs-write', rollback: 'no-target' },
          },
        },
      ),
    );
    const restart = await screen.findByRole('button', { name: /Restart…/ });
    expect((restart as HTMLButtonElement).disabled).toBe(true);
    expect(restart.closest('[aria-label]:not(button)')?.getAttribute('aria-label')).toBe(
      'Only people who may approve the build may.',
    );
    expect(screen.queryByRole('button', { name: /Promote…/ })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Cancel build' })).toBeNull();
  });
});
