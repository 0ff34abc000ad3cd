import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { withKeptStatements } from './statements.ts';

function engine() {
  const database = new Database(':memory:');
  database.exec(
    "create table words (id integer primary key, word text); insert into words values (1, 'a'), (2, 'b')",
  );
  return { database, kept: withKeptStatements(database) };
}
const all = 'select * from words order by id';

it('prepares a text once', () => {
  const { kept } = engine();
  expect(kept.prepare(all)).toBe(kept.prepare(all));
  expect(kept.prepare(all).all()).toEqual([
    { id: 1, word: 'a' },
    { id: 2, word: 'b' },
  ]);
});

it('gives another while one is being walked through', () => {
  const { kept } = engine();
  const walked = kept.prepare(all);
  const rows = walked.iterate();
  rows.next();
  expect(kept.prepare(all)).not.toBe(walked);
  expect(kept.prepare('select count(*) as n from words').get()).toEqual({ n: 2 });
  rows.return?.();
  expect(kept.prepare(all)).toBe(walked);
});

it('keeps nothing of what was bound', () => {
  const { kept } = engine();
  const one = 'select word from words where id = ?';
  expect(kept.prepare(one).all([2])).toEqual([{ word: 'b' }]);
  expect(() => kept.prepare(one).all([])).toThrow();
});

it('sees a column that came later', () => {
  const { database, kept } = engine();
  kept.prepare(all).all();
  database.exec("alter table words add column tongue text default 'en'");
  kept.forget();
  expect(kept.prepare(all).all()[0]).toEqual({ id: 1, word: 'a', tongue: 'en' });
});

it('stays bounded', () => {
  const { kept } = engine();
  const first = kept.prepare('select 0');
  for (let n = 1; n <= 400; n += 1) kept.prepare(`select ${n}`);
  expect(kept.prepare('select 0')).not.toBe(first);
  const long = `select '${'x'.repeat(3_000)}'`;
  expect(kept.prepare(long)).not.toBe(kept.prepare(long));
});
