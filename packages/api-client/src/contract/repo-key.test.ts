import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repoPathSchema } from '../model/index.ts';
import { fromRepoKey, repoKeySchema, toRepoKey } from './shapes.ts';

const segment = fc.stringMatching(/^[A-Za-z0-9_.-]{1,30}$/).filter((text) => text !== '.' && text !== '..');
const repoPath = fc.array(segment, { minLength: 2, maxLength: 20 }).map((parts) => parts.join('/'));

describe('a path as one segment of an address', () => {
  it('reads back, and two paths never share a key', () => {
    fc.assert(
      fc.property(repoPath, repoPath, (one, other) => {
        fc.pre(one.length <= 400 && other.length <= 400);
        expect(repoKeySchema.safeParse(toRepoKey(one)).success).toBe(true);
        expect(fromRepoKey(toRepoKey(one))).toBe(one);
        expect(toRepoKey(one) === toRepoKey(other)).toBe(one === other);
        expect(encodeURIComponent(toRepoKey(one))).toBe(toRepoKey(one));
      }),
    );
  });

  it('is a path exactly when it is a key', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a.~/-_%2E0 ') }), (text) => {
        fc.pre(!text.includes('/'));
        expect(repoKeySchema.safeParse(text).success).toBe(
          repoPathSchema.safeParse(fromRepoKey(text)).success,
        );
      }),
    );
  });

  it.each([
    'a',
    'a~',
    '~a',
    'a~~b',
    'a~..',
    '.~a',
    'a/b',
    'a~b/c',
    'a%2Fb',
    'a~%2e%2e',
    `${'a~'.repeat(20)}a`,
  ])('refuses %j', (key) => expect(repoKeySchema.safeParse(key).success).toBe(false));
});
