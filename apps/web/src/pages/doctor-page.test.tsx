import { type DoctorReport, doctorFinding, type Language } from '@flightdeck/api-client/model';
import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { problem, sent } from '../testing/fake-api.ts';
import { viewer } from '../testing/fixtures/people.ts';
import { renderPage } from '../testing/render-page.tsx';

const report = (more: Partial<DoctorReport> = {}): DoctorReport => ({
  startedAt: Date.now() - 2_000,
  tookMs: 1_234,
  instances: [{ id: 'code', kind: 'forge', name: 'Code House', product: 'Forge' }],
  findings: [
    doctorFinding('public', 'ok', { facts: { address: 'http://x/' }, tried: 'GET http://x/api/probe/echo' }),
    doctorFinding('reach', 'unreachable', {
      ...{ instance: 'code', tried: 'GET http://git', raw: 'ECONNREFUSED: connect' },
      facts: { address: 'http://git', product: 'Forge' },
    }),
    doctorFinding('pkce', 'depends', { instance: 'code', facts: { on: 'reach' } }),
    doctorFinding('clock', 'off', { instance: 'code', facts: { seconds: '40', direction: 'ahead' } }),
  ],
  ...more,
});
const answers = (doctor: unknown, language: Language = 'en') => ({
  'GET /api/session': viewer({
    administrator: true,
    preferences: { language, theme: 'system', singleKeys: true },
  }),
  'GET /api/admin/doctor': doctor,
});
const row = (name: string) => {
  const found = screen.getByRole('heading', { name }).closest('li');
  if (!found) throw new Error(`no row ${name}`);
  return within(found);
};

it('tells what is broken, what to do, what was tried and what came back', async () => {
  await renderPage('/admin/doctor', { api: answers(report()) });
  await screen.findByText('One hop is broken.');
  const reach = row('Reachable');
  expect(reach.getByRole('img', { name: 'Broken' })).toBeTruthy();
  expect(reach.getByText('Nothing answers at http://git.')).toBeTruthy();
  expect(reach.getByText(/internalUrl/)).toBeTruthy();
  expect(reach.getByText('GET http://git').closest('details')?.open).toBe(true);
  expect(reach.getByText('ECONNREFUSED: connect')).toBeTruthy();
  expect(row('PKCE').getByText('Waits for “Reachable” to be mended.')).toBeTruthy();
  expect(row('Clock').getByText('Its clock is 40 s ahead of this machine’s.')).toBeTruthy();
  expect(row('Public address').getByText(/probe/).closest('details')?.open).toBe(false);
});

it('in Chinese', async () => {
  await renderPage('/admin/doctor', { language: 'zh-CN', api: answers(report(), 'zh-CN') });
  await screen.findByText('有 1 项不通。');
  expect(row('时钟').getByText('它的时钟比本机快 40 秒。')).toBeTruthy();
  expect(row('PKCE 校验').getByText('需先解决“可达性”。')).toBeTruthy();
});

it('is asked again only when somebody says so', async () => {
  let asked = 0;
  const { user } = await renderPage('/admin/doctor', {
    api: answers(() => {
      asked += 1;
      return report(
        asked === 1 ? {} : { findings: [doctorFinding('public', 'ok', { facts: { address: 'y' } })] },
      );
    }),
  });
  await screen.findByText('One hop is broken.');
  window.dispatchEvent(new Event('focus'));
  await user.click(screen.getByRole('button', { name: 'Check again' }));
  await screen.findByText('Everything that can be checked is in order.');
  await waitFor(() => expect(sent('GET', '/api/admin/doctor')).toHaveLength(2));
});

it('says to others that it is not for them', async () => {
  await renderPage('/admin/doctor', { api: { 'GET /api/admin/doctor': problem('needs_ci_administrator') } });
  await screen.findByText('needs_ci_administrator');
  expect(screen.queryByRole('button', { name: 'Check again' })).toBeNull();
});
