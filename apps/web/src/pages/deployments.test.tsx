import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { type Call, problem, sent } from '../testing/fake-api.ts';
import { build, buildView } from '../testing/fixtures/builds.ts';
import { deployment, promotion, promotionPlan } from '../testing/fixtures/deployments.ts';
import { NOW } from '../testing/fixtures/people.ts';
import { detail } from '../testing/fixtures/repositories.ts';
import { renderPage } from '../testing/render-page.tsx';

const REPO = '/api/servers/ci/repositories/acme~checkout';
const BUILD = `${REPO}/builds/41`;
const reach = { oldest: 1, complete: true, filling: false, asOf: NOW };
const planOf = ({ search }: Call) => promotionPlan({ environment: search.get('environment') });
const keyIn = (call: Call | undefined) => (call?.body as { key?: string } | undefined)?.key;

describe('promoting a build', () => {
  const open = async (api: Record<string, unknown> = {}) => {
    const page = await renderPage('/r/ci/acme/checkout/-/builds/41', {
      api: {
        [`GET ${BUILD}`]: buildView(41),
        [`GET ${BUILD}/promotion-plan`]: planOf,
        [`GET ${REPO}/promotions/*`]: promotion(),
        ...api,
      },
    });
    await page.user.click(await screen.findByRole('button', { name: /Promote…/ }));
    return { ...page, dialog: within(await screen.findByRole('dialog')) };
  };
  const choose = async ({ user, dialog }: Awaited<ReturnType<typeof open>>, name: string) =>
    user.click(await dialog.findByRole('radio', { name }));

  it('sends nothing before an environment is chosen and what will happen is shown', async () => {
    const page = await open();
    const submit = page.dialog.getByRole('button', { name: /^Promote to …/ });
    expect((submit as HTMLButtonElement).disabled).toBe(true);
    await choose(page, 'production');
    expect(await page.dialog.findByText(/1 of 2 stages will run/)).toBeTruthy();
    expect(page.dialog.getByText(/Will not run: check \(other events only\)/)).toBeTruthy();
    expect(page.dialog.getByText('Build #41 (0123456) goes to production.')).toBeTruthy();
    expect(page.dialog.getByText(/Build Works will name flightdeck/)).toBeTruthy();
    expect(sent('POST', `${BUILD}/promotions`)).toEqual([]);
  });

  it('warns when the server would deploy nothing and call it a success', async () => {
    const page = await open({
      [`GET ${BUILD}/promotion-plan`]: (call: Call) => ({
        ...planOf(call),
        warnings: call.search.get('environment') ? ['no-stage-names-target'] : [],
      }),
    });
    await choose(page, 'Another name…');
    await page.user.type(page.dialog.getByRole('textbox', { name: 'Name of the environment' }), 'prodction');
    expect(
      await page.dialog.findByText(/No stage names this environment\. The server would start a build/),
    ).toBeTruthy();
    expect(await page.dialog.findByRole('button', { name: /^Promote to prodction anyway/ })).toBeTruthy();
  });

  it('sends the parameters as edited, once for a double click, and shows what became of it', async () => {
    let answer: (value: unknown) => void = () => {};
    const page = await open({
      [`GET ${BUILD}/promotion-plan`]: (call: Call) => ({
        ...planOf(call),
        parameters: [
          { name: 'REGION', value: 'eu', source: 'parent', fixed: true },
          { name: 'CI_ODD', value: 'x', source: 'parent', fixed: true },
        ],
        current: deployment(30, 'production'),
      }),
      [`POST ${BUILD}/promotions`]: () => new Promise((resolve) => (answer = resolve)),
    });
    await choose(page, 'production');
    const [region, odd] = await page.dialog.findAllByRole('textbox', { name: /^Value / });
    await page.user.clear(region as HTMLElement);
    await page.user.type(region as HTMLElement, 'cn');
    expect((odd as HTMLInputElement).readOnly).toBe(true);
    const submit = page.dialog.getByRole('button', { name: /^Promote to production/ });
    await page.user.dblClick(submit);
    await waitFor(() => expect(sent('POST', `${BUILD}/promotions`)).toHaveLength(1));
    const [call] = sent('POST', `${BUILD}/promotions`);
    expect(call?.body).toMatchObject({
      kind: 'promote',
      environment: 'production',
      parameters: { REGION: 'cn' },
      expect: { commit: build(41).commit, current: 30 },
    });
    // A reload meanwhile finds it by the key in the address.
    expect(new URLSearchParams(window.location.search).get('promotion')).toBe(keyIn(call));
    await act(async () => answer(promotion({ key: keyIn(call) ?? '' })));
    expect(await screen.findByText('Build #42 carries the promotion of #41 to production.')).toBeTruthy();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('says why there is no preview, and what only the server can tell of a stage', async () => {
    const page = await open({
      [`GET ${BUILD}/promotion-plan`]: (call: Call) => {
        const plan = planOf(call);
        const [deploy] = plan.preview.stages;
        if (!deploy) throw new Error('the plan has a stage');
        return call.search.get('environment') === 'staging'
          ? { ...plan, preview: { ...plan.preview, stages: [], unreadable: 'generated' } }
          : { ...plan, preview: { ...plan.preview, stages: [{ ...deploy, unsure: ['instance', 'paths'] }] } };
      },
    });
    await choose(page, 'production');
    expect(
      await page.dialog.findByText('if the server’s instance and paths condition allows it'),
    ).toBeTruthy();
    await choose(page, 'staging');
    expect(
      await page.dialog.findByText(/^\.ci\.yml is a program that the CI server runs to make the pipeline/),
    ).toBeTruthy();
  });

  it('says whose promotion is under way there, and goes on beside it only when that is confirmed', async () => {
    let looks = 0;
    const page = await open({
      [`GET ${BUILD}/promotion-plan`]: (call: Call) => {
        looks += 1;
        const since = looks > 2 ? NOW - 10_000 : NOW - 90_000;
        return { ...planOf(call), inFlight: { by: 'grace', build: 43, from: 40, since } };
      },
      [`POST ${BUILD}/promotions`]: () => problem('changed_meanwhile', { instance: 'ci' }),
    });
    await choose(page, 'production');
    expect(
      await page.dialog.findByText(/^grace has been promoting #40 here since .*; build #43 has not ended\.$/),
    ).toBeTruthy();
    const submit = () =>
      page.dialog.getByRole('button', { name: /^Promote to production/ }) as HTMLButtonElement;
    expect(submit().disabled).toBe(true);
    await page.user.click(page.dialog.getByRole('checkbox', { name: /Promote beside it/ }));
    await page.user.click(submit());
    await waitFor(() => expect(sent('POST', `${BUILD}/promotions`)).toHaveLength(1));
    expect(sent('POST', `${BUILD}/promotions`)[0]?.body).toMatchObject({
      expect: { inFlight: NOW - 90_000 },
    });
    // Another one meanwhile: what was confirmed was not beside that.
    await waitFor(() => expect(submit().disabled).toBe(true));
    expect((page.dialog.getByRole('checkbox') as HTMLInputElement).checked).toBe(false);
  });

  it('keeps its key after a lost answer, so that trying again is the same promotion', async () => {
    let tries = 0;
    const page = await open({
      [`POST ${BUILD}/promotions`]: () => {
        tries += 1;
        return tries === 1 ? problem('ci_timeout', { instance: 'ci' }) : promotion();
      },
    });
    await choose(page, 'production');
    await page.user.click(await page.dialog.findByRole('button', { name: /^Promote to production/ }));
    expect(await page.dialog.findByText(/Build Works takes too long to answer/)).toBeTruthy();
    await page.user.click(page.dialog.getByRole('button', { name: /^Promote to production/ }));
    await waitFor(() => expect(sent('POST', `${BUILD}/promotions`)).toHaveLength(2));
    const [first, second] = sent('POST', `${BUILD}/promotions`);
    expect(keyIn(second)).toBe(keyIn(first));
  });

  it('looks again when something changed meanwhile, and asks anew with another key', async () => {
    let looks = 0;
    const page = await open({
      [`GET ${BUILD}/promotion-plan`]: (call: Call) => {
        if (call.search.get('environment')) looks += 1;
        return { ...planOf(call), current: looks > 1 ? deployment(40, 'production') : null };
      },
      [`POST ${BUILD}/promotions`]: ({ body }: Call) =>
        (body as { expect: { current: number | null } }).expect.current === 40
          ? promotion()
          : problem('changed_meanwhile', { instance: 'ci' }),
    });
    await choose(page, 'production');
    await page.user.click(await page.dialog.findByRole('button', { name: /^Promote to production/ }));
    expect(await page.dialog.findByText(/It was read again: look once more/)).toBeTruthy();
    expect(await page.dialog.findByText('#40')).toBeTruthy();
    expect(new URLSearchParams(window.location.search).has('promotion')).toBe(false);
    await page.user.click(page.dialog.getByRole('button', { name: /^Promote to production/ }));
    await waitFor(() => expect(sent('POST', `${BUILD}/promotions`)).toHaveLength(2));
    const [first, second] = sent('POST', `${BUILD}/promotions`);
    expect(keyIn(second)).not.toBe(keyIn(first));
  });
});

describe('deployments', () => {
  const list = (more: object = {}) => ({
    environments: [
      {
        name: 'production',
        current: deployment(40, 'production'),
        latest: deployment(44, 'production', { outcome: 'failed' }),
        history: [
          deployment(44, 'production', { outcome: 'failed' }),
          deployment(42, 'production', { outcome: 'nothing-ran' }),
          deployment(40, 'production'),
          deployment(36, 'production', { by: 'linus' }),
        ],
        named: true,
      },
    ],
    reach,
    promotions: [],
    stale: null,
    ...more,
  });
  const open = (answer: object = list(), more: Record<string, unknown> = {}) =>
    renderPage('/r/ci/acme/checkout/-/deployments', {
      api: { [`GET ${REPO}`]: detail(), [`GET ${REPO}/deployments`]: answer, ...more },
    });

  it('says per environment what runs there, and of each deployment what became of it', async () => {
    await open();
    const production = within(await screen.findByRole('region', { name: 'production' }));
    expect(production.getByText('Runs #40')).toBeTruthy();
    const outcomes = production
      .getAllByRole('row')
      .slice(1)
      .map((row) => row.querySelector('td')?.textContent);
    expect(outcomes).toEqual(['Failed', 'Nothing was deployed', 'Deployed', 'Deployed']);
    expect(production.getByText(/no stage names this environment: nothing was deployed/)).toBeTruthy();
    expect(production.getByText('linus')).toBeTruthy();
  });

  it('shows the newest of a long history first and all of it on demand', async () => {
    const history = Array.from({ length: 12 }, (_, n) => deployment(60 - n, 'production'));
    const [latest] = history;
    const environments = [{ name: 'production', current: latest, latest, history, named: true }];
    const { user } = await open(list({ environments }));
    const production = within(await screen.findByRole('region', { name: 'production' }));
    expect(production.getAllByRole('row')).toHaveLength(1 + 5);
    await user.click(production.getByRole('button', { name: 'Show all 12' }));
    expect(production.getAllByRole('row')).toHaveLength(1 + 12);
    expect(production.queryByRole('button', { name: /Show all/ })).toBeNull();
  });

  it('rolls back to an earlier deployment that worked, by the way the plan says', async () => {
    const { user } = await open(list(), {
      [`GET ${REPO}/builds/36/promotion-plan`]: () =>
        promotionPlan({
          build: build(36, { environment: 'production' }),
          environment: 'production',
          current: deployment(40, 'production'),
          mode: 'promote',
        }),
      [`POST ${REPO}/builds/36/promotions`]: promotion({ kind: 'rollback', from: 36 }),
      [`GET ${REPO}/promotions/*`]: promotion({ kind: 'rollback', from: 36 }),
    });
    const production = within(await screen.findByRole('region', { name: 'production' }));
    expect(production.getAllByRole('button', { name: /^Roll back to/ })).toHaveLength(1);
    await user.click(production.getByRole('button', { name: 'Roll back to #36' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Roll production back to #36' }));
    expect(await dialog.findByText(/The build is promoted again: no stage/)).toBeTruthy();
    expect(dialog.queryByRole('radio')).toBeNull();
    await user.click(dialog.getByRole('button', { name: /^Roll production back to #36/ }));
    await waitFor(() => expect(sent('POST', `${REPO}/builds/36/promotions`)).toHaveLength(1));
    expect(sent('POST', `${REPO}/builds/36/promotions`)[0]?.body).toMatchObject({
      kind: 'rollback',
      environment: 'production',
      expect: { current: 40 },
    });
  });

  it('shows promotions nobody knows the end of, and how far back the list is read', async () => {
    const promotions = [
      promotion({ state: 'uncertain', build: null, raw: 'socket hang up' }),
      promotion({ key: 'key-made-up-0000000000002', state: 'started' }),
    ];
    await open(list({ promotions, reach: { ...reach, oldest: 12, complete: false } }));
    const note = await screen.findByText(
      /It is not known whether the promotion of #41 to production was started/,
    );
    expect(note.textContent).toContain('socket hang up');
    expect(screen.queryByText(/carries the promotion/)).toBeNull();
    expect(screen.getByText(/Read from builds #12 and later/)).toBeTruthy();
  });

  it('offers no roll back to who may only read', async () => {
    await open(list(), { [`GET ${REPO}`]: detail('acme/checkout', { level: 'read' }) });
    await screen.findByRole('region', { name: 'production' });
    expect(screen.queryByRole('button', { name: /Roll back/ })).toBeNull();
  });
});
