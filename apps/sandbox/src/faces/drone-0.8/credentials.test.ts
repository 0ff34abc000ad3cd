import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Drone08Stage, repo, startDrone08 } from './testing.ts';

let stage: Drone08Stage;
beforeEach(async () => {
  stage = await startDrone08();
});
afterEach(() => stage.stop());

it('a secret: a limit once set can be changed, and not be taken away', async () => {
  const path = `${repo}/secrets`;
  const made = await stage.call('grace', `POST ${path}`, {
    name: 'key',
    value: 'v',
    image: ['plugins/docker'],
  });
  expect(made.json).toEqual({ id: 1, name: 'key', image: ['plugins/docker'], event: null });
  const patched = await stage.call('grace', `PATCH ${path}/key`, { event: ['tag'], image: [] });
  expect(patched.json).toEqual({ id: 1, name: 'key', image: ['plugins/docker'], event: ['tag'] });
  expect((await stage.call('grace', `POST ${path}`, { name: 'other' })).text).toBe(
    'Error inserting secret. Invalid Secret Value',
  );
  expect((await stage.call('grace', `PATCH ${path}/none`, { value: 'x' })).status).toBe(404);
  expect((await stage.call('grace', `DELETE ${path}/none`)).text).toBe(
    'Error deleting secret "none". sql: no rows in result set',
  );
  // It takes any name; in an address a slash parts it, however it is spelled.
  expect((await stage.call('grace', `POST ${path}`, { name: 'a/b', value: 'v' })).status).toBe(200);
  const removed = await stage.call('grace', `DELETE ${path}/a%2Fb`);
  expect([removed.status, removed.text.slice(0, 15)]).toEqual([200, '<!DOCTYPE html>']);
  // Without its content type a body is read as a form, and nothing of it is there.
  const untyped = await fetch(`${stage.drone.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.drone.token('grace')}`, 'content-type': 'text/plain' },
    body: JSON.stringify({ name: 'x', value: 'y' }),
  });
  expect([untyped.status, await untyped.text()]).toEqual([
    400,
    'Error inserting secret. Invalid Secret Name',
  ]);
});

it('a registry credential: the answer repeats what was sent, the row keeps what was not', async () => {
  const path = `${repo}/registry`;
  const row = { address: 'registry.example.test', username: 'bot', password: 'secret', token: 't' };
  const made = await stage.call('grace', `POST ${path}`, row);
  expect(made.json).toMatchObject({ id: 0, address: row.address, password: '', token: 't' });
  const patched = await stage.call('grace', `PATCH ${path}/${row.address}`, { password: 'other' });
  expect(patched.json).toEqual({ id: 0, address: '', username: '', password: '', email: '', token: '' });
  expect((await stage.call('grace', `GET ${path}/${row.address}`)).json).toMatchObject({
    id: 1,
    username: 'bot',
  });
  expect((await stage.call('grace', `POST ${path}`, { address: 'a', username: 'b' })).text).toBe(
    'Error inserting registry. Invalid Registry Password',
  );
  expect((await stage.call('grace', `GET ${path}/none`)).status).toBe(404);
  expect((await stage.call('linus', `GET ${path}`)).status).toBe(404);
});
