import { beforeEach, expect, test } from 'vitest';
import { createRepositoryNames, type RepositoryNames } from './repository-names.ts';

let news: string[];
let names: RepositoryNames;
beforeEach(() => {
  news = [];
  names = createRepositoryNames({
    changed: (forge) => news.push(forge),
    moved: (forge, id) => news.push(`${forge} ${id} moved`),
  });
});

test('a path is known once a forge has named it, on that forge, whatever its case', () => {
  expect(names.idOf('git', 'acme/shop')).toBeNull();
  names.learn('git', { id: '41', path: 'Acme/Shop' });
  expect(names.idOf('git', 'acme/shop')).toBe('41');
  expect(names.idOf('other', 'acme/shop')).toBeNull();
  expect(names.paths('git')).toEqual(['Acme/Shop']);
  expect(names.paths('other')).toEqual([]);
});

test('a path that passed to another repository is the other one from then on', () => {
  names.learn('git', { id: '41', path: 'acme/shop' });
  names.learn('git', { id: '57', path: 'acme/shop' });
  names.learn('git', { id: '41', path: 'acme/old-shop' });
  expect(names.idOf('git', 'acme/shop')).toBe('57');
  expect(names.idOf('git', 'acme/old-shop')).toBe('41');
});

test('the path that a renamed one has left is nobody’s: who took it may be hidden from those who read the renamed one', () => {
  names.learn('git', { id: '41', path: 'acme/shop' });
  names.learn('other', { id: '41', path: 'acme/shop' });
  expect(names.idOf('git', 'acme/shop')).toBe('41');
  names.learn('git', { id: '41', path: 'acme/old-shop' });
  expect(names.idOf('git', 'acme/shop')).toBeNull();
  expect(names.idOf('other', 'acme/shop')).toBe('41');
  expect(names.paths('git')).toEqual(['acme/old-shop']);
  expect(news).toEqual(['git 41 moved', 'git']);
});

test('a new spelling is no other place', () => {
  names.learn('git', { id: '41', path: 'acme/shop' });
  names.learn('git', { id: '41', path: 'Acme/Shop' });
  expect(names.idOf('git', 'acme/shop')).toBe('41');
  expect(news).toEqual([]);
});

test('what a path is thought to be changes once the forge names another one there', () => {
  names.learn('git', { id: '41', path: 'acme/shop', createdAt: 1_000 });
  expect(names.since('git', 'ACME/shop')).toBe(1_000);
  names.learn('git', { id: '57', path: 'acme/shop', createdAt: 9_000 });
  expect(names.since('git', 'acme/shop')).toBe(9_000);
  expect(names.since('git', 'acme/unknown')).toBe(0);
  expect(news).toEqual(['git 41 moved']);
});

test('news are told when an answer would be another one, and only then', () => {
  names.learn('git', { id: '41', path: 'acme/shop' });
  expect(news).toEqual([]);
  names.idOf('git', 'acme/shop');
  names.learn('git', { id: '41', path: 'acme/shop' });
  expect(news).toEqual([]);
  names.learn('git', { id: '57', path: 'acme/shop' });
  names.idOf('git', 'acme/new');
  names.learn('git', { id: '60', path: 'acme/new' });
  expect(news).toEqual(['git 41 moved', 'git', 'git']);
});
