import { expect, test } from 'vitest';
import { createRepositoryNames } from './repository-names.ts';

test('a path is known once a forge has named it, on that forge, whatever its case', () => {
  const names = createRepositoryNames(() => {});
  expect(names.idOf('git', 'acme/shop')).toBeNull();
  names.learn('git', { id: '41', path: 'Acme/Shop' });
  expect(names.idOf('git', 'acme/shop')).toBe('41');
  expect(names.idOf('other', 'acme/shop')).toBeNull();
  expect(names.paths('git')).toEqual(['Acme/Shop']);
  expect(names.paths('other')).toEqual([]);
});

test('a path that passed to another repository is the other one from then on', () => {
  const names = createRepositoryNames(() => {});
  names.learn('git', { id: '41', path: 'acme/shop' });
  names.learn('git', { id: '57', path: 'acme/shop' });
  names.learn('git', { id: '41', path: 'acme/old-shop' });
  expect(names.idOf('git', 'acme/shop')).toBe('57');
  expect(names.idOf('git', 'acme/old-shop')).toBe('41');
});

test('news are told when an answer would be another one, and only then', () => {
  const news: string[] = [];
  const names = createRepositoryNames((forge) => news.push(forge));
  names.learn('git', { id: '41', path: 'acme/shop' });
  expect(news).toEqual([]);
  names.idOf('git', 'acme/shop');
  names.learn('git', { id: '41', path: 'acme/shop' });
  expect(news).toEqual([]);
  names.learn('git', { id: '57', path: 'acme/shop' });
  names.idOf('git', 'acme/new');
  names.learn('git', { id: '60', path: 'acme/new' });
  expect(news).toEqual(['git', 'git']);
});
