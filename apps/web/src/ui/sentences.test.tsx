import type { FailureCause, ServerInfo, WaitReason } from '@flightdeck/api-client/model';
import { failureCauseSchema, obstacleSchema } from '@flightdeck/api-client/model';
import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { person } from '../testing/fixtures/people.ts';
import { renderPart } from '../testing/render-page.tsx';
import {
  useCauseSentence,
  useIgnoredSentence,
  useObstacleSentence,
  useSilenceSentence,
  useWaitAdvice,
  useWaitSentence,
} from './sentences.ts';

const arm = { os: 'linux', arch: 'arm64', variant: null, kernel: null };
const reasons: [string, WaitReason, string, string][] = [
  [
    'no runner',
    {
      kind: 'no-runner',
      stage: 'build',
      type: 'docker',
      platform: arm,
      labels: { gpu: 'yes' },
      seen: [],
      since: null,
    },
    'No runner offers linux/arm64, type docker, and label gpu=yes.',
    '没有执行器提供 linux/arm64、类型 docker 和标签 gpu=yes。',
  ],
  [
    'no runner but others',
    {
      kind: 'no-runner',
      stage: 'b',
      type: '',
      platform: arm,
      labels: {},
      seen: ['linux/amd64'],
      since: null,
    },
    'No runner offers linux/arm64. Seen lately: linux/amd64.',
    '没有执行器提供 linux/arm64。近期出现过：linux/amd64。',
  ],
  [
    'busy',
    {
      kind: 'runners-busy',
      stage: 'test',
      runners: ['r1'],
      behind: [{ server: 'ci', path: 'acme/infra', number: 7 }],
      hidden: 2,
    },
    'Every runner that could take test is busy with acme/infra #7 and 2 builds you may not see.',
    '能执行 test 的执行器都在忙：acme/infra #7 和 2 个您无权查看的构建。',
  ],
  [
    'limit',
    {
      kind: 'concurrency-limit',
      stage: 'deploy',
      limit: 1,
      of: 'stage',
      behind: [{ number: 41, waiting: false }],
    },
    'deploy may run only once at a time; ahead: #41.',
    'deploy 最多同时运行 1 个，排在前面的有：#41。',
  ],
  [
    'dependency',
    { kind: 'dependency', stage: 'deploy', on: ['build', 'test'] },
    'deploy waits for build and test.',
    'deploy 在等待 build 和 test。',
  ],
  [
    'my approval',
    { kind: 'approval', stages: ['s'], approvers: [], you: true, because: 'fork' },
    'Awaits your approval, because it comes from a fork.',
    '来自派生仓库，等您审批。',
  ],
  [
    'approval of others',
    {
      kind: 'approval',
      stages: ['s'],
      approvers: [person('zhou', '周启明'), person('ada')],
      you: false,
      because: 'unknown',
    },
    'Awaits approval by 周启明 or ada.',
    '需要周启明或 ada 审批。',
  ],
  ['soon', { kind: 'soon', stage: 's' }, 'A runner should take it within seconds.', '几秒内应有执行器领取。'],
  [
    'unknown',
    { kind: 'unknown', stage: null },
    'The server doesn’t say why it waits.',
    '服务器没有说明等待的原因。',
  ],
];

function Wait({ reason }: { reason: WaitReason }) {
  return <p data-testid="sentence">{useWaitSentence()(reason)}</p>;
}

describe('why it waits', () => {
  it.each(reasons)('says it in English and Chinese: %s', async (_name, reason, en, zh) => {
    const first = await renderPart(<Wait reason={reason} />, 'en');
    expect(screen.getByTestId('sentence').textContent).toBe(en);
    first.unmount();
    await renderPart(<Wait reason={reason} />, 'zh-CN');
    expect(screen.getByTestId('sentence').textContent).toBe(zh);
  });
});

type Server = Pick<ServerInfo, 'name' | 'runnerSettings'>;
const works: Server = {
  name: 'Build Works',
  runnerSettings: { labels: 'CI_LABELS', capacity: 'CI_CAPACITY' },
};

function Advice({ server }: { server: Server | undefined }) {
  const advice = useWaitAdvice();
  return (
    <ul>
      {reasons.map(([name, reason]) => (
        <li key={name} aria-label={name}>
          {advice(reason, server)}
        </li>
      ))}
    </ul>
  );
}

describe('what to do about it', () => {
  it.each(['en', 'zh-CN'] as const)(
    'is said for every reason but the one that needs nothing, %s',
    async (language) => {
      await renderPart(<Advice server={works} />, language);
      const said = new Map(
        screen
          .getAllByRole('listitem')
          .map((item) => [item.getAttribute('aria-label'), item.textContent ?? '']),
      );
      expect([...said].filter(([, text]) => text === '').map(([name]) => name)).toEqual(['soon']);
      expect([...said.values()].join()).not.toMatch(/\{\{|undefined|advice/);
      expect(said.get('no runner')).toContain('CI_LABELS');
      expect(said.get('busy')).toContain('CI_CAPACITY');
      expect(said.get('unknown')).toContain('Build Works');
    },
  );

  it('names no setting where the server has none, or is not known yet', async () => {
    await renderPart(<Advice server={{ name: 'Build Works', runnerSettings: null }} />, 'en');
    expect(screen.getByLabelText('no runner').textContent).toBe(
      'Start such a runner, or change what the pipeline file asks for.',
    );
    expect(screen.getByLabelText('busy').textContent).toBe(
      'Start another runner, or cancel what is not needed.',
    );
  });
});

const cause = (kind: FailureCause['kind']): FailureCause => ({
  kind,
  stage: 'default',
  stageNumber: 1,
  step: 'unit',
  stepNumber: 3,
  exitCode: 137,
  raw: null,
  line: 12,
  by: 'grace',
  ignoredSteps: ['lint', 'spell'],
});

function Everything() {
  const broke = useCauseSentence();
  const obstacle = useObstacleSentence();
  const ignored = useIgnoredSentence();
  const silent = useSilenceSentence();
  return (
    <ul>
      {failureCauseSchema.shape.kind.options.map((kind) => (
        <li key={kind}>{broke(cause(kind))}</li>
      ))}
      {obstacleSchema.options.map((one) => (
        <li key={one}>{obstacle(one, 'Build Works')}</li>
      ))}
      <li>{ignored(cause('exit-code').ignoredSteps)}</li>
      <li>{silent({ stage: 's', step: 'unit', runner: 'r-7', since: Date.now() })}</li>
      <li>{silent({ stage: 's', step: null, runner: null, since: Date.now() })}</li>
    </ul>
  );
}

describe('sentences from facts', () => {
  it.each(['en', 'zh-CN'] as const)('leave no slot open and no key bare in %s', async (language) => {
    await renderPart(<Everything />, language);
    const texts = screen.getAllByRole('listitem').map((item) => item.textContent ?? '');
    expect(texts.filter((text) => /\{\{|undefined|^\w+([.:]\w+)+$/.test(text) || text === '')).toEqual([]);
    expect(new Set(texts).size).toBeGreaterThan(20);
  });

  it('names who, where and the code', async () => {
    await renderPart(<Everything />, 'en');
    expect(screen.getByText('The build was cancelled by grace.')).toBeTruthy();
    expect(screen.getByText('unit was killed (exit code 137): it probably ran out of memory.')).toBeTruthy();
    expect(
      screen.getByText('The pipeline file could not be understood; the server names line 12.'),
    ).toBeTruthy();
    expect(screen.getByText('lint and spell failed too, which the pipeline file allows.')).toBeTruthy();
  });
});
