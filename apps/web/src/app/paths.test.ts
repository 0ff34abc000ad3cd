import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paths, placeOf, readRepositoryAddress } from './paths.ts';

const segment = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/).filter((text) => text !== '.' && text !== '..');
/** From the third segment on, a group called `-` would be the separator. */
const repoPath = fc
  .array(segment, { minLength: 2, maxLength: 6 })
  .filter((parts) => !parts.slice(2).includes('-'))
  .map((parts) => parts.join('/'));
const rest = (address: string) => decodeURI(address.replace(/[#?].*$/, '').replace(/^\/r\/[^/]+\//, ''));

describe('addresses of repositories', () => {
  it('read back what they were made of, groups and all', () => {
    fc.assert(
      fc.property(
        repoPath,
        fc.integer({ min: 1, max: 9_999_999 }),
        fc.integer({ min: 1, max: 99 }),
        (path, number, step) => {
          expect(readRepositoryAddress(rest(paths.repository('ci', path, { branch: 'x' })))).toEqual({
            path,
            view: { kind: 'builds' },
          });
          expect(readRepositoryAddress(rest(paths.deployments('ci', path)))?.view).toEqual({
            kind: 'deployments',
          });
          expect(readRepositoryAddress(rest(paths.settings('ci', path, 'secrets')))?.view).toEqual({
            kind: 'settings',
            part: 'secrets',
          });
          expect(readRepositoryAddress(rest(paths.build('ci', path, number)))).toEqual({
            path,
            view: { kind: 'build', number, stage: null, step: null },
          });
          expect(readRepositoryAddress(rest(paths.step('ci', path, number, 2, step, [120, 140])))).toEqual({
            path,
            view: { kind: 'build', number, stage: 2, step },
          });
        },
      ),
    );
  });

  it.each([
    '',
    'acme',
    'acme/..',
    'acme/x/-/nowhere',
    'acme/x/-/builds/0',
    'acme/x/-/builds/7/1',
    'acme/x/-/builds/1e3',
    'acme/x/-/settings/else',
    'a b/c',
    'acme//x',
  ])('knows nothing at %j', (address) => expect(readRepositoryAddress(address)).toBeNull());

  it('marks one line or a range', () => {
    expect(paths.step('ci', 'a/b', 1, 1, 1, [7, 7])).toBe('/r/ci/a/b/-/builds/1/1/1#p7');
    expect(paths.step('ci', 'a/b', 1, 1, 1, [7, 9])).toBe('/r/ci/a/b/-/builds/1/1/1#p7-p9');
  });

  it('knows which place an address is in', () => {
    expect(placeOf('/r/ci/a/b/-/builds/41/1/2')).toBe('/r/ci/a/b/-/builds/41');
    expect(placeOf('/r/ci/a/b/-/builds/41')).toBe('/r/ci/a/b/-/builds/41');
    expect(placeOf('/r/ci/a/b/-/settings/secrets')).toBe('/r/ci/a/b/-/settings/secrets');
    expect(placeOf('/repos')).toBe('/repos');
  });
});
