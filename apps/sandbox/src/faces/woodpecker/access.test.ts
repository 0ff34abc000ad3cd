import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWoodpecker, type WoodpeckerStage } from './testing.ts';

let stage: WoodpeckerStage;
beforeAll(async () => {
  stage = await startWoodpecker();
  for (const id of [1, 3]) await stage.call('ada', `POST /api/repos?forge_remote_id=${id}`);
});
afterAll(() => stage.stop());

/** acme/checkout (1, public: grace writes, linus reads) and acme/infra (2, private: linus reads). */
const refusals: [who: string, line: string, status: number, text: string][] = [
  ['', 'GET /api/user/repos', 401, 'User not authorized'],
  ['grace', 'GET /api/queue/info', 403, 'User not authorized'],
  ['', 'GET /api/queue/info', 401, 'User not authorized'],
  ['grace', 'PATCH /api/repos/1', 403, 'User not authorized'],
  ['', 'PATCH /api/repos/1', 401, 'User not authorized'],
  ['grace', 'GET /api/repos/2', 404, ''],
  ['grace', 'PATCH /api/repos/2', 404, ''],
  ['', 'GET /api/repos/2', 401, ''],
  ['linus', 'GET /api/repos/2/secrets', 404, ''],
  ['linus', 'POST /api/repos/1/pipelines', 404, ''],
  ['', 'GET /api/repos/99', 401, ''],
  ['ada', 'GET /api/repos/99', 404, ''],
  ['ada', 'GET /api/repos/x', 400, ''],
  ['ada', 'GET /api/repos/1/pipelines/1.5', 400, ''],
  ['grace', 'GET /api/orgs/4/secrets', 403, 'user not authorized'],
  ['grace', 'GET /api/orgs/99/secrets', 404, 'Organization not found'],
];

describe('who may do what', () => {
  it.each(refusals)('%s %s: %i %j', async (who, line, status, text) => {
    const answer = await stage.call(who, line, line.startsWith('GET') ? undefined : {});
    expect([answer.status, answer.text]).toEqual([status, text]);
    expect(answer.headers.get('content-type')).toBe(text === '' ? null : 'text/plain; charset=utf-8');
    expect(answer.headers.get('x-woodpecker-version')).toBe('3.17.0');
  });

  it('answers unknown paths and wrong methods with a page and 200', async () => {
    for (const line of [
      'GET /api/nothing',
      'PUT /api/user',
      'GET /api/repos/1/logs/1/1/download',
      'GET /x',
    ]) {
      const answer = await stage.call('ada', line);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    }
  });

  it('asks the forge once an hour, and keeps what it said when the forge fails', async () => {
    const { control } = stage.sandbox;
    const rights = async () => (await stage.call('grace', 'GET /api/repos/1/permissions')).json;
    expect(await rights()).toMatchObject({ pull: true, push: true, admin: false });
    control.setRole('acme/checkout', 'grace', null);
    expect(await rights()).toMatchObject({ push: true });
    control.addFault({ face: 'gitea', match: '^GET /api/v1/repos/acme/checkout', status: 500 });
    await stage.pass(0);
    control.setClock({ advance: 3_700_000 });
    expect(await rights()).toMatchObject({ push: true });
    control.clearFaults();
    expect(await rights()).toMatchObject({ pull: true, push: false });
    control.setRole('acme/checkout', 'grace', 'write');
    expect((await stage.call('grace', 'POST /api/user/repos/refresh')).value).toBe('Ok');
    expect(await rights()).toMatchObject({ push: true });
  });

  it('lists what one may push to; a name with `all` makes the others look never activated', async () => {
    const names = async (who: string, query: string) => {
      const list = (await stage.call(who, `GET /api/user/repos${query}`)).value;
      return Array.isArray(list) ? list.map((one) => `${one.name} ${one.id} ${one.active}`) : list;
    };
    expect(await names('ada', '')).toEqual(['checkout 1 true', 'infra 2 true']);
    expect(await names('grace', '')).toEqual(['checkout 1 true']);
    expect(await names('linus', '')).toEqual([]);
    expect(await names('linus', '?all=true')).toBeNull();
    const big = 'big undefined false';
    expect(await names('ada', '?all=true')).toEqual([big, 'checkout 1 true', 'infra 2 true']);
    expect(await names('ada', '?all=true&name=infra')).toEqual([
      big,
      'checkout undefined false',
      'infra 2 true',
    ]);
  });

  it('shows a repository by its visibility, to guests or to whoever signed in', async () => {
    const seen = async () => {
      const answers = await Promise.all(['', 'grace'].map((who) => stage.call(who, 'GET /api/repos/2')));
      return answers.map((one) => one.status);
    };
    expect(await seen()).toEqual([401, 404]);
    await stage.call('ada', 'PATCH /api/repos/2', { visibility: 'internal' });
    expect(await seen()).toEqual([401, 200]);
    await stage.call('ada', 'PATCH /api/repos/2', { visibility: 'public' });
    expect(await seen()).toEqual([200, 200]);
    await stage.call('ada', 'PATCH /api/repos/2', { visibility: 'private' });
  });

  it('lets only administrators of the instance trust a repository, and bounds its timeout', async () => {
    stage.sandbox.control.setRole('acme/checkout', 'linus', 'admin');
    await stage.call('linus', 'POST /api/user/repos/refresh');
    const patch = (who: string, body: object) => stage.call(who, 'PATCH /api/repos/1', body);
    expect((await patch('linus', { timeout: 90 })).json).toMatchObject({ timeout: 90 });
    expect((await patch('linus', { timeout: 121 })).status).toBe(403);
    expect((await patch('linus', { timeout: 0 })).status).toBe(400);
    expect((await patch('linus', { trusted: { network: true } })).status).toBe(403);
    expect((await patch('linus', { trusted: { network: false } })).status).toBe(200);
    const trusted = { network: true, volumes: false, security: false };
    expect((await patch('ada', { trusted: { network: true } })).json).toMatchObject({ trusted });
    expect((await patch('ada', { require_approval: 'never' })).status).toBe(400);
  });
});
