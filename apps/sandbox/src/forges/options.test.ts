import { expect, it } from 'vitest';
import { parseForges } from './options.ts';

it('reads ids, vendors and ports', () => {
  expect(parseForges('lab=gitlab:8310, gogs,code=forgejo')).toEqual([
    { id: 'lab', vendor: 'gitlab', port: 8310 },
    { id: 'gogs', vendor: 'gogs' },
    { id: 'code', vendor: 'forgejo' },
  ]);
  expect(parseForges('')).toEqual([]);
  for (const wrong of ['lab', 'a=sourcehut', 'gitea=gitlab', 'x=gogs,x=gogs', 'a b=gogs']) {
    expect(() => parseForges(wrong), wrong).toThrow();
  }
});
