import { describe, expect, it } from 'vitest';
import { isMine } from './mine.ts';

const logins = new Set(['grace', 'grace-ci']);
const build = (author: string, startedBy: string | null = null) => ({
  author: { login: author, name: '', avatarUrl: null },
  startedBy,
});

describe('a person’s own builds', () => {
  it.each([
    ['written by them, however it is spelt', build('Grace'), undefined, true],
    ['started by their account on the CI server', build('ada', 'grace-ci'), undefined, true],
    ['started for them through the console', build('ada', 'service'), 'grace', true],
    ['somebody else’s', build('ada', 'service'), 'linus', false],
    ['nobody’s', build('', null), undefined, false],
    ['of somebody with a longer name', build('grace2', 'grace-c'), undefined, false],
  ])('%s', (_, head, starter, own) => {
    expect(isMine(head, logins, starter)).toBe(own);
  });
});
