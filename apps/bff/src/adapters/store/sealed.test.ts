import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer, SealBroken } from './sealed.ts';

const bytes = (from: number) => Uint8Array.from({ length: 32 }, (_, n) => (from + n * 7) % 256);
const older = { id: 'older', key: bytes(1) };
const newer = { id: 'newer', key: bytes(9) };
const where = ['forge_tokens', 'access', 'git', '2'];

describe('sealing', () => {
  it('opens what it sealed, in that place', () => {
    const sealer = createSealer([newer]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string(), { maxLength: 5 }), (text, cell) => {
        expect(sealer.open(sealer.seal(text, cell), cell)).toBe(text);
      }),
    );
  });

  it('never makes the same text twice', () => {
    const sealer = createSealer([newer]);
    expect(sealer.seal('made-up', where)).not.toBe(sealer.seal('made-up', where));
  });

  it('does not open in another place, also where the parts join to the same text', () => {
    const sealer = createSealer([newer]);
    const sealed = sealer.seal('made-up', ['a', 'bc', '2']);
    for (const cell of [
      ['a', 'bc', '3'],
      ['ab', 'c', '2'],
      ['a', 'bc'],
      ['a', 'bc', '2', ''],
    ]) {
      expect(() => sealer.open(sealed, cell)).toThrow(SealBroken);
    }
  });

  it('notices every changed character', () => {
    const sealer = createSealer([newer]);
    const sealed = sealer.seal('made-up token', where);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      // The last character of base64url may carry unused bits: then the bytes are the same.
      if (
        Buffer.from(changed.split('.')[3] ?? '', 'base64url').equals(bodyOf(sealed)) &&
        sameHead(changed, sealed)
      )
        continue;
      expect(() => sealer.open(changed, where), `at ${at}`).toThrow(SealBroken);
    }
    for (const cut of ['', 'v1', 'v1.newer', 'v1.newer.AAAA.AAAA', `${sealed}.x`, 'v2.newer.A.A']) {
      expect(() => sealer.open(cut, where)).toThrow(SealBroken);
    }
  });

  it('opens with any known key and seals with the first', () => {
    const before = createSealer([older]).seal('made-up', where);
    const both = createSealer([newer, older]);
    expect(both.open(before, where)).toBe('made-up');
    expect(both.isStale(before)).toBe(true);
    const after = both.seal('made-up', where);
    expect(both.isStale(after)).toBe(false);
    expect(createSealer([newer]).open(after, where)).toBe('made-up');
    expect(() => createSealer([newer]).open(before, where)).toThrow(/"older".*not configured/);
  });

  it('refuses keys that are none', () => {
    const refused = (keys: { id: string; key: Uint8Array }[]) => () => createSealer(keys);
    expect(refused([])).toThrow(/at least one/);
    expect(refused([{ id: 'a', key: bytes(1).slice(1) }])).toThrow(/32 bytes/);
    expect(refused([{ id: 'a', key: new Uint8Array(32) }])).toThrow(/not random/);
    expect(refused([older, { ...newer, id: 'older' }])).toThrow(/two sealing keys/);
    expect(refused([{ id: 'a.b', key: bytes(1) }])).toThrow(/named/);
  });
});

const bodyOf = (sealed: string) => Buffer.from(sealed.split('.')[3] ?? '', 'base64url');
const sameHead = (a: string, b: string) =>
  a.split('.').slice(0, 3).join() === b.split('.').slice(0, 3).join();
