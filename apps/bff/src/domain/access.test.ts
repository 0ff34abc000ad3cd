import type { Level } from '@flightdeck/api-client/model';
import { describe, expect, it } from 'vitest';
import { denialOf, isRepoPath, levelOf, sameLogin, samePath } from './access.ts';

const levels: Level[] = ['none', 'read', 'write', 'admin'];
const rank = (level: Level) => levels.indexOf(level);

describe('level on a repository', () => {
  it('is the forge’s where the CI server does not know it', () => {
    for (const level of levels) {
      expect(levelOf({ level, private: false, role: false }, null)).toBe(level);
    }
  });

  // Every combination: forge level × private there × role × visibility × what the server told of the person.
  for (const level of levels) {
    for (const isPrivate of [true, false]) {
      for (const role of [true, false]) {
        for (const visibility of ['public', 'internal', 'private', '', 'future', 'Public']) {
          for (const own of [null, ...levels]) {
            const name = `forge ${level}${isPrivate ? ' private' : ''}${role ? ' role' : ''}, server ${visibility || 'empty'}, own ${own}`;
            it(name, () => {
              const got = levelOf({ level, private: isPrivate, role }, { visibility, own });
              expect(rank(got)).toBeLessThanOrEqual(rank(level));
              if (!['public', 'internal', 'private'].includes(visibility)) expect(got).toBe('none');
              else if (level === 'none') expect(got).toBe('none');
              else if (visibility === 'private' && !isPrivate && !role && level === 'read')
                expect(got).toBe('none');
              else if (own === null) expect(got).toBe(level);
              else expect(got).toBe(levels[Math.min(rank(level), Math.max(1, rank(own)))]);
            });
          }
        }
      }
    }
  }
});

describe('denial', () => {
  const table: [Level, 'read' | 'write' | 'admin', ReturnType<typeof denialOf>][] = [
    ['none', 'read', 'not_found'],
    ['none', 'write', 'not_found'],
    ['none', 'admin', 'not_found'],
    ['read', 'read', null],
    ['read', 'write', 'needs_write'],
    ['read', 'admin', 'needs_admin'],
    ['write', 'read', null],
    ['write', 'write', null],
    ['write', 'admin', 'needs_admin'],
    ['admin', 'read', null],
    ['admin', 'write', null],
    ['admin', 'admin', null],
  ];
  it.each(table)('%s for %s: %s', (have, need, denial) => {
    expect(denialOf(have, need)).toBe(denial);
  });
});

describe('paths and logins', () => {
  it('takes what forges take', () => {
    for (const path of ['acme/checkout', 'a/b.c', 'a/.github', 'a/b-c_d', 'g/s/u/b', 'a/...']) {
      expect(isRepoPath(path), path).toBe(true);
    }
  });

  it('compares without case, and an empty login equals nobody', () => {
    expect(samePath('Acme/Web', 'acme/web')).toBe(true);
    expect(samePath('acme/web', 'acme/web2')).toBe(false);
    expect(sameLogin('Ada', 'ada')).toBe(true);
    expect(sameLogin('', '')).toBe(false);
  });
});
