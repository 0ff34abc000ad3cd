import type { WaitReason } from '@flightdeck/api-client/model';
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { type Call, sent } from '../testing/fake-api.ts';
import { buildList, buildView, stage, step } from '../testing/fixtures/builds.ts';
import { promotion, promotionPlan } from '../testing/fixtures/deployments.ts';
import { consoleFacts } from '../testing/fixtures/people.ts';
import { detail, settingsView } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

/** A server that keeps registry credentials itself and lacks much of what others do. */
const [base] = consoleFacts().servers;
const lesser = consoleFacts({
  servers: [
    {
      ...base,
      capabilities: [
        'promote',
        'start-build',
        'approval',
        'secrets',
        'native-registries',
        'repair',
        'settings',
        'files-kept',
      ],
    },
  ],
});
const REPO = '/api/servers/ci/repositories/acme~checkout';
const BUILD = `${REPO}/builds/41`;
const open = (address: string, api: Record<string, unknown>, language: 'en' | 'zh-CN' = 'en') =>
  renderPage(address, {
    language,
    api: { 'GET /api/console': { ...lesser, defaultLanguage: language }, [`GET ${REPO}`]: detail(), ...api },
  });
const openBuild = (view: ReturnType<typeof buildView>, language?: 'en' | 'zh-CN') =>
  open('/r/ci/acme/checkout/-/builds/41', { [`GET ${BUILD}`]: view }, language);
const begun = { finishedAt: null, exitCode: null };

describe('settings of a server with other fields', () => {
  const values = {
    ...settingsView().values,
    protected: null,
    ignoreForks: null,
    trusted: null,
    concurrentBuilds: null,
    buildCounter: null,
    approvals: 'forks' as const,
    promotions: false,
    trustedNetwork: false,
    trustedVolumes: false,
    trustedSecurity: true,
  };

  it('shows its own, hides what it lacks, and changes one', async () => {
    const { user } = await open('/r/ci/acme/checkout/-/settings', {
      [`GET ${REPO}/settings`]: settingsView({
        values,
        permits: { trustedNetwork: 'needs-ci-administrator' },
      }),
      [`PATCH ${REPO}/settings`]: settingsView({ values: { ...values, promotions: true } }),
    });
    const promotions = await screen.findByRole('switch', { name: 'Builds may be promoted' });
    expect(screen.getByRole('switch', { name: /^Trusted with privileges/ })).toBeTruthy();
    expect(
      (screen.getByRole('switch', { name: /^Trusted with the network/ }) as HTMLInputElement).disabled,
    ).toBe(true);
    expect(
      screen.getByRole('switch', { name: /cancels older builds of its branch, running ones too$/ }),
    ).toBeTruthy();
    for (const gone of [
      'Builds at once',
      'Number of the newest build',
      'No builds of pull requests from forks',
    ]) {
      expect(screen.queryByLabelText(gone)).toBeNull();
    }
    const held = screen.getByRole('combobox', { name: 'Builds that await approval' }) as HTMLInputElement;
    expect(held.value).toBe('Pull requests from forks');
    await user.click(promotions);
    await user.click(screen.getByRole('button', { name: 'Save settings' }));
    await waitFor(() =>
      expect(sent('PATCH', `${REPO}/settings`)[0]?.body).toEqual({ change: { promotions: true } }),
    );
  });
});

describe('registry credentials of the server’s own', () => {
  const held = {
    host: 'registry.example.com',
    username: 'bot',
    changedAt: null,
    changedBy: null,
    pullRequests: null,
    origin: 'native',
    secretName: null,
  };

  it('have no lines for a pipeline file and no choice about pull requests', async () => {
    const { user } = await open('/r/ci/acme/checkout/-/settings/registries', {
      [`GET ${REPO}/registries`]: { items: [held], pipelineLines: null },
      [`PATCH ${REPO}/registries/registry.example.com`]: held,
    });
    const table = await screen.findByRole('table', { name: 'Registry credentials' });
    expect(screen.getByText(/Build Works keeps them itself/)).toBeTruthy();
    expect(within(table).queryByText('Pull requests')).toBeNull();
    expect(screen.queryByRole('heading', { name: /Add these lines/ })).toBeNull();
    await user.click(screen.getByRole('button', { name: /^Replace registry/ }));
    expect(screen.queryByRole('checkbox')).toBeNull();
    await user.type(screen.getByLabelText('Password or token'), 'made up');
    await user.click(screen.getByRole('button', { name: 'Replace credential for registry.example.com' }));
    await waitFor(() => expect(sent('PATCH', `${REPO}/registries/registry.example.com`)).toHaveLength(1));
    expect(sent('PATCH', `${REPO}/registries/registry.example.com`)[0]?.body).toEqual({
      username: 'bot',
      password: 'made up',
    });
  });
});

describe('starting and promoting where less is possible', () => {
  it('a build is started at the newest commit only', async () => {
    const { user } = await open('/r/ci/acme/checkout', {
      [`GET ${REPO}/builds`]: buildList([]),
      [`GET ${REPO}/branches`]: [],
    });
    await user.click(await screen.findByRole('button', { name: 'Start a build…' }));
    const box = within(await screen.findByRole('dialog'));
    expect(box.queryByRole('textbox', { name: /Commit/ })).toBeNull();
    expect(box.getByText('Build Works starts the newest commit of a branch.')).toBeTruthy();
  });

  it('says that nobody is recorded, parameters are not kept, and what only the server knows', async () => {
    const { user } = await open('/r/ci/acme/checkout/-/builds/41', {
      [`GET ${BUILD}`]: buildView(41),
      [`GET ${BUILD}/promotion-plan`]: ({ search }: Call) => {
        const plan = promotionPlan({
          environment: search.get('environment'),
          actsAs: null,
          warnings: ['nothing-runs'],
        });
        const stages = plan.preview.stages.map((one) => ({ ...one, unsure: ['platform'] }));
        return { ...plan, preview: { ...plan.preview, stages } };
      },
      [`GET ${REPO}/promotions/*`]: promotion({ state: 'nothing', build: 52 }),
      [`POST ${BUILD}/promotions`]: promotion({ state: 'nothing', build: 52 }),
    });
    await user.click(await screen.findByRole('button', { name: /Promote…/ }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(await dialog.findByRole('radio', { name: 'production' }));
    expect(await dialog.findByText(/Build Works records nobody for it; Flightdeck records you/)).toBeTruthy();
    expect(dialog.getByText(/hands them to the steps and does not keep them/)).toBeTruthy();
    expect(dialog.getByText(/the server’s platform condition allows it/)).toBeTruthy();
    expect(dialog.getByText(/would make a build that waits for ever/)).toBeTruthy();
    await user.click(dialog.getByRole('button', { name: /^Promote to production anyway/ }));
    expect(await screen.findByText(/Its build #52 waits for ever: cancel it/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Open #52' })).toBeTruthy();
  });

  it('a restart says that it uses the files of that build', async () => {
    const { user } = await openBuild(buildView(41));
    await user.click(await screen.findByRole('button', { name: /^Restart…/ }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain('with the pipeline files this one was made from');
  });

  it('a promotion that is switched off says so in its place', async () => {
    const view = buildView(41);
    await openBuild({ ...view, permits: { ...view.permits, promote: 'promotions-off' } });
    expect(
      await screen.findByRole('note', { name: 'Promotions are switched off in the repository’s settings.' }),
    ).toBeTruthy();
  });
});

describe('builds of a matrix, and what never runs', () => {
  const waits = (reason: WaitReason) =>
    buildView(41, { status: 'waiting', finishedAt: null, startedAt: null, stages: [] }, { waits: [reason] });

  it('stages of one name are told apart by their axes, also when they await approval', async () => {
    const held = { status: 'approval', ...begun, startedAt: null } as const;
    const stages = ['1.24', '1.25'].map((GO, at) =>
      stage(at + 1, 'test', [step(at + 3, 'unit', { ...held })], { ...held, axes: { GO } }),
    );
    const view = buildView(41, { status: 'approval', finishedAt: null, stages });
    const { user } = await openBuild({ ...view, permits: { ...view.permits, approve: null } });
    expect(await screen.findByRole('button', { name: /test \(GO 1\.24\)/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: /test \(GO 1\.25\)/ })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /^Review/ }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain('test (GO 1.24), test (GO 1.25)');
    expect(dialog.textContent).toContain('Build Works approves and declines the build as a whole.');
  });

  it.each<[WaitReason, RegExp, RegExp]>([
    [
      { kind: 'nothing-matched', environment: 'prodction' },
      /Never runs: no stage of the pipeline file takes a promotion to prodction/,
      /流水线文件中没有任何阶段接受发布到 prodction/,
    ],
    [{ kind: 'nothing-matched', environment: null }, /it names no environment/, /没有指定环境/],
    [{ kind: 'queue-paused', stage: 'a' }, /has paused the server’s queue/, /管理员已暂停服务器的队列/],
  ])('%o', async (reason, english, chinese) => {
    const page = await openBuild(waits(reason));
    expect(await screen.findByText(english)).toBeTruthy();
    page.unmount();
    await openBuild(waits(reason), 'zh-CN');
    expect(await screen.findByText(chinese)).toBeTruthy();
  });

  it.each([
    ['error', 'en', /pipeline file could not be used/],
    ['waiting', 'en', /^The CI server made no stages for this build/],
    ['cancelled', 'zh-CN', /^CI 服务器没有为此构建生成任何阶段/],
  ] as const)('why a build that is %s has no stages', async (status, language, words) => {
    await openBuild(buildView(41, { status, stages: [] }), language);
    await screen.findByText(words);
  });

  it('links no pipeline file where it is not one', async () => {
    const view = buildView(41, { status: 'error' });
    const { user } = await openBuild({ ...view, links: { ...view.links, pipelineFile: null } });
    await user.click(await screen.findByRole('button', { name: 'More' }));
    expect(await screen.findByRole('menuitem', { name: /Commit/ })).toBeTruthy();
    expect(screen.queryByRole('menuitem', { name: /Pipeline file/i })).toBeNull();
  });
});
