import { expect, it } from 'vitest';
import { FairShare } from './fair-share.ts';

it('gives each person a few pieces of work at once and lets some wait, whatever others do', async () => {
  const shares = new FairShare(2, 3);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (who: string, name: string) =>
    shares.take(who, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.push(() => resolve(name)));
    });
  const ada = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => ask('ada', name));
  await expect(ask('ada', 'a6')).rejects.toMatchObject({ code: 'overloaded' });
  const ben = ask('ben', 'b1');
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  ends[2]?.();
  await expect(ben).resolves.toBe('b1');
  for (let at = 0; at < 6; at += 1) {
    ends[at]?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await Promise.all(ada)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'a4', 'a5']);
});

it('a piece that fails gives its turn on', async () => {
  const shares = new FairShare(1, 1);
  const broken = shares.take('ada', () => Promise.reject(new Error('broken')));
  const next = shares.take('ada', async () => 'next');
  await expect(broken).rejects.toThrow('broken');
  expect(await next).toBe('next');
});
