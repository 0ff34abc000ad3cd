import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { globMatches, isLiteral } from './glob.ts';

const variables = new Map([
  ['TARGET', 'production'],
  ['BRANCH', 'release/1.2'],
]);
const holds = (source: string) => evaluate(source, variables).holds;

describe('expressions of a `when`', () => {
  it.each([
    ['TARGET == "production"', true],
    ["TARGET == 'staging'", false],
    ['TARGET != `staging`', true],
    ['TARGET in ["staging", "production"]', true],
    ['TARGET not in ["staging"]', true],
    ['not (TARGET in ["production"])', false],
    ['!(TARGET == "x") && BRANCH startsWith "release/"', true],
    ['BRANCH endsWith ".3" or BRANCH contains "1.2"', true],
    ['TARGET == "x" or TARGET == "y" and true', false],
    ['true', true],
    ['"production" == TARGET', true],
    ['TARGET == "say \\"it\\""', false],
    ['1 == 1', true],
    // What is not known, and what it does not matter for.
    ['OTHER == "x"', null],
    ['OTHER == "x" && TARGET == "staging"', false],
    ['OTHER == "x" || TARGET == "production"', true],
    ['TARGET in [OTHER, "staging"]', null],
    ['TARGET in [OTHER, "production"]', true],
    // What is not understood.
    ['TARGET matches "^prod"', null],
    ['len(TARGET) > 2', null],
    ['TARGET ==', null],
    ['TARGET', null],
    ['', null],
    ['TARGET == "a" ? true : false', null],
    ['TARGET = "production"', null],
  ])('%s: %s', (source, expected) => expect(holds(source)).toBe(expected));

  it('tells the words a variable is compared with', () => {
    const source = 'TARGET in ["eu", "us"] || "cn" == TARGET and BRANCH == "x" or not (TARGET != "eu")';
    expect(evaluate(source, new Map()).compared('TARGET')).toEqual(['eu', 'us', 'cn']);
  });

  it('never throws, whatever stands there', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (source) => {
        expect([true, false, null]).toContain(holds(source));
      }),
    );
  });
});

describe('patterns', () => {
  it.each([
    ['main', 'main', true],
    ['main', 'mainly', false],
    ['release/*', 'release/1', true],
    ['release/*', 'release/1/2', false],
    ['release/**', 'release/1/2', true],
    ['**', 'a/b/c', true],
    ['**/x', 'x', true],
    ['**/x', 'a/b/x', true],
    ['?', 'a', true],
    ['?', '/', false],
    ['v[0-9].*', 'v1.2', true],
    ['v[^0-9]', 'v1', false],
    ['{main,dev}', 'dev', true],
    ['{a,b}/{c,d}', 'b/c', true],
    ['{a,b}', 'c', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['[', 'a', false],
    ['a\\', 'a', false],
    ['', '', true],
  ])('%s on %s: %s', (pattern, text, expected) => expect(globMatches(pattern, text)).toBe(expected));

  it('what has no sign in it names one thing', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.string({ maxLength: 30 }), (pattern, text) => {
        if (isLiteral(pattern)) expect(globMatches(pattern, text)).toBe(pattern === text);
        expect(typeof globMatches(pattern, text)).toBe('boolean');
      }),
    );
  });
});
