import { expect, it } from 'vitest';
import { buildView, stage } from '../../testing/fixtures/builds.ts';
import { health } from '../../testing/fixtures/people.ts';
import { asksAgainAfter } from './use-build.ts';

it('a page asks again while the build runs, soon while only its head has ended, and no more when all has', () => {
  const { build, ...rest } = buildView(1);
  const view = (finishedAt: number | null, status: 'running' | 'success', later = 0) => ({
    ...rest,
    asOf: 5_000 + later,
    build: { ...build, finishedAt, stages: [stage(1, 'test', [], { status })] },
  });
  expect(asksAgainAfter(undefined)).toBe(15_000);
  expect(asksAgainAfter(view(null, 'running'))).toBe(15_000);
  expect(asksAgainAfter(view(1_000, 'running'))).toBe(10_000);
  expect(asksAgainAfter(view(1_000, 'success'))).toBe(false);
  expect(asksAgainAfter({ ...view(1_000, 'success'), stale: health({ ok: false }) })).toBe(15_000);
  expect(asksAgainAfter(view(1_000, 'running', 60_000))).toBe(false);
});
