import { describe, expect, it } from 'vitest';
import { repository } from '../../testing/fixtures/repositories.ts';
import { findEntries } from './find.ts';

const words = {
  repositories: 'Repositories',
  builds: 'Builds',
  buildOf: (path: string, n: number) => `#${n} of ${path}`,
};
const entries = [{ id: 'page', label: 'Repositories page', group: 'Pages', run: () => {} }];
const repositories = [repository('acme/checkout'), repository('acme/infra'), repository('web/c2')];
const find = (
  query: string,
  here: { server: string; path: string } | null = null,
  go: (to: string) => void = () => {},
) =>
  findEntries({ hint: (id) => id, query, entries, repositories, here, words, go }).flatMap(
    (group) => group.entries,
  );
const labels = (query: string, here: { server: string; path: string } | null = null) =>
  find(query, here).map((e) => e.label);

describe('what the palette finds', () => {
  it('is everything for nothing typed', () =>
    expect(labels('')).toEqual(['Repositories page', 'acme/checkout', 'acme/infra', 'web/c2']));
  it('matches every word in any order', () => {
    expect(labels('infra acme')).toEqual(['acme/infra']);
    expect(labels('page')).toEqual(['Repositories page']);
  });
  it('takes a number for a build of the open repository', () =>
    expect(labels('#41', { server: 'ci', path: 'acme/infra' })[0]).toBe('#41 of acme/infra'));
  it('takes words and a number for a build of the repositories they find', () =>
    expect(labels('check 41')).toEqual(['#41 of acme/checkout', 'acme/checkout']));
  it('finds names that end in a digit', () => expect(labels('web/c2')).toContain('web/c2'));
  it('says beside each what there is to say of its server', () => {
    const hints = (hint: (id: string) => string | null) =>
      findEntries({ hint, query: 'infra #7', entries, repositories, here: null, words, go: () => {} })
        .flatMap((group) => group.entries)
        .map(({ label, hint }) => [label, hint]);
    expect(hints((id) => `server ${id}`)).toEqual([
      ['#7 of acme/infra', 'server ci'],
      ['acme/infra', 'server ci'],
    ]);
    expect(hints(() => null)).toEqual([
      ['#7 of acme/infra', undefined],
      ['acme/infra', undefined],
    ]);
  });
  it('goes to the build', () => {
    const gone: string[] = [];
    find('#41', { server: 'ci', path: 'acme/infra' }, (to) => gone.push(to))[0]?.run();
    expect(gone).toEqual(['/r/ci/acme/infra/-/builds/41']);
  });
});
