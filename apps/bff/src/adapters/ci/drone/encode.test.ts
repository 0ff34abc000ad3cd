import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goPath } from './encode.ts';

describe("Go's spelling of a path", () => {
  // As checked on the server's own router: only these spellings arrive decoded.
  test.each([
    ['feature/x', 'feature/x'],
    ['a@b', 'a@b'],
    ['a b', 'a%20b'],
    ['a!b c', 'a%21b%20c'],
    ['a+b', 'a+b'],
    ['é', '%C3%A9'],
    ['a%b', 'a%25b'],
    ['a#b', 'a%23b'],
    ["it's(1)*", 'it%27s%281%29%2A'],
    ['a?b', 'a%3Fb'],
    ['k=v;x:y,z$&', 'k=v;x:y,z$&'],
    ['~tilde-_.', '~tilde-_.'],
    ['密钥', '%E5%AF%86%E9%92%A5'],
  ])('%s → %s', (text, spelled) => expect(goPath(text)).toBe(spelled));

  test('only the bytes that Go leaves literal stay so, and it can be read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const spelled = goPath(text);
        expect(spelled).toMatch(/^(?:[A-Za-z0-9\-_.~$&+,/:;=@]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(spelled)).toBe(text);
        // A literal byte is never written as a code.
        for (const [code] of spelled.matchAll(/%([0-9A-F]{2})/g)) {
          expect(decodeURIComponent(/%[89A-F]/.test(code) ? '' : code)).not.toMatch(
            /[A-Za-z0-9\-_.~$&+,/:;=@]/,
          );
        }
      }),
    );
  });
});
