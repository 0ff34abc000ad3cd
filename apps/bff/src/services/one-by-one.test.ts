import { expect, test } from 'vitest';
import { Failure } from '../domain/failure.ts';
import type { CiRepository } from '../ports/ci-server.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { Connection } from './connections.ts';
import { createOneByOne } from './one-by-one.ts';

const clock = new ManualClock();
const known = new Map<string, CiRepository>();
let asked: string[] = [];
let down = false;
const repository = async (path: string) => {
  asked.push(path);
  if (down) throw new Failure('ci_timeout', 'no answer');
  return known.get(path) ?? null;
};
const server = { id: 'old', declaration: { forge: 'git' } };
const connection = { server, service: { repository } } as unknown as Connection;
const put = (path: string, active: boolean, forgeRepoId = path) =>
  known.set(path, { path, active, forgeRepoId } as CiRepository);
const questions = () => {
  const before = asked;
  asked = [];
  return before;
};

test('asks for each path once, and again by what it is', async () => {
  const all = ['acme/a', 'acme/b', 'acme/none'];
  const listed = createOneByOne(clock, (_forge, path) => path);
  const paths = async (fresh = false) =>
    (await listed.of(connection, all, fresh)).map((one) => `${one.path} ${one.active}`);
  put('acme/a', true);
  put('acme/b', false);
  expect(await paths()).toEqual(['acme/a true', 'acme/b false']);
  expect(questions()).toEqual(all);
  await paths();
  expect(questions()).toEqual([]);
  // An active one has new builds; the others are asked when something was done, or after a while.
  clock.advance(20_000);
  await paths();
  expect(questions()).toEqual(['acme/a']);
  put('acme/none', true);
  expect(await paths(true)).toEqual(['acme/a true', 'acme/b false', 'acme/none true']);
  expect(questions()).toEqual(['acme/b', 'acme/none']);
  clock.advance(300_000);
  down = true;
  expect(await paths()).toEqual(['acme/a true', 'acme/b false', 'acme/none true']);
  expect(questions()).toEqual(all);
});

test('an answer about the repository that had the path before counts no more, whatever its age', async () => {
  down = false;
  let named = '41';
  const listed = createOneByOne(clock, () => named);
  put('acme/a', true, '41');
  const ids = async () => (await listed.of(connection, ['acme/a'], false)).map((one) => one.forgeRepoId);
  expect(await ids()).toEqual(['41']);
  named = '57';
  down = true;
  expect(await ids()).toEqual([]);
  down = false;
  put('acme/a', true, '57');
  expect(await ids()).toEqual(['57']);
});

test('of more than one round the longest unasked come first, active ones or not', async () => {
  const [active, rest] = [1, 2].map((half) => Array.from({ length: 200 }, (_, i) => `acme/${half}-${i}`));
  const all = [...(active ?? []), ...(rest ?? [])];
  down = false;
  for (const path of active ?? []) put(path, true);
  const listed = createOneByOne(clock, (_forge, path) => path);
  questions();
  await listed.of(connection, all, false);
  expect(questions()).toEqual(all.slice(0, 300));
  clock.advance(20_000);
  await listed.of(connection, all, false);
  const second = questions();
  expect(second.slice(0, 100)).toEqual(all.slice(300));
  expect(second).toHaveLength(300);
});
