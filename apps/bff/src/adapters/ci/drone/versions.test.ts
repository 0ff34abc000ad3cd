import { describe, expect, test } from 'vitest';
import type { CiServer } from '../../../ports/ci-server.ts';
import { sendJson } from '../../../testing/http-double.ts';
import { doubleForAll, optionsFor } from '../testing.ts';
import { createDrone } from './adapter.ts';
import { sentBuild } from './testing.ts';

const double = doubleForAll();
const path = 'acme/shop';

/** An adapter that has seen a server of this version. */
async function droneOf(version: string): Promise<CiServer> {
  const drone = createDrone(optionsFor(double.current.url, { oneClickLink: true }));
  double.current.answer = (_, response) => sendJson(response, 200, { version });
  await drone.probe();
  double.current.seen.length = 0;
  return drone;
}
const changes = () =>
  double.current.seen.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url}`);

describe('the version decides', () => {
  test('what is declared; before the first answer it is the newest', async () => {
    const options = optionsFor(double.current.url, { oneClickLink: true });
    const unseen = createDrone(options).declaration.capabilities;
    expect(unseen).toContain('parent-named');
    expect((await droneOf('2.25.0')).declaration.capabilities).toEqual(unseen);
    const old = (await droneOf('1.10.1')).declaration.capabilities;
    expect(unseen.filter((one) => !old.includes(one))).toEqual(['parent-named', 'one-click-link']);
  });

  test.each([
    ['1.10.1', false],
    ['2.19.0', false],
    ['2.20.0', true],
  ])('whether %s can link by one click, though it is configured', async (version, can) => {
    const drone = await droneOf(version);
    expect(drone.oneClick !== null).toBe(can);
    expect(drone.declaration.capabilities.includes('one-click-link')).toBe(can);
  });

  test('which a check of the configuration learns as well', async () => {
    const drone = createDrone(optionsFor(double.current.url, { oneClickLink: true }));
    double.current.answer = (_, response) => sendJson(response, 200, { version: '1.10.1', source: '' });
    await drone.examination.reach();
    expect(drone.oneClick).toBeNull();
  });

  test('a server of another generation is named, with the kind that is for it', async () => {
    await expect(droneOf('0.8.9')).rejects.toMatchObject({
      code: 'ci_answer_unreadable',
      facts: { raw: 'version 0.8.9: kind "drone-0.8" is for it' },
    });
  });

  test('a setting that 1.10 does not have is null', async () => {
    const drone = await droneOf('1.10.1');
    const wire = { uid: '1', slug: path, auto_cancel_pushes: true };
    double.current.answer = (_, response) => sendJson(response, 200, wire);
    const found = await drone.as('made-up').repository(path);
    expect(found?.settings).toMatchObject({ cancelPushes: true, cancelRunning: null });
  });
});

describe('declining a whole build', () => {
  const stages = [
    { number: 1, name: 'a', status: 'blocked' },
    { number: 2, name: 'b', status: 'success' },
    { number: 3, name: 'c', status: 'blocked' },
  ];
  const declines = async (version: string, held = stages) => {
    const drone = await droneOf(version);
    double.current.answer = ({ method }, response) =>
      method === 'GET'
        ? sendJson(response, 200, sentBuild({ stages: held }))
        : void response.writeHead(204).end();
    await drone.as('made-up').decline(path, 7, null);
    return changes();
  };

  test('is one call, in 1.10 one for each stage that is held', async () => {
    const builds = '/api/repos/acme/shop/builds/7';
    expect(await declines('2.25.0')).toEqual([`POST ${builds}/decline`]);
    expect(await declines('1.10.1')).toEqual([`POST ${builds}/decline/1`, `POST ${builds}/decline/3`]);
  });

  test('of which nothing is held is refused, also in 1.10', async () => {
    const over = stages.map((stage) => ({ ...stage, status: 'success' }));
    await expect(declines('1.10.1', over)).rejects.toMatchObject({ code: 'not_waiting' });
    expect(changes()).toEqual([]);
  });
});
