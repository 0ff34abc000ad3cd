import { describe, expect, it } from 'vitest';
import { staticImports } from './bundle.mjs';
import { addedTo, against, median, quantile, stated, unmeasured, within } from './figures.mjs';

describe('quantile', () => {
  it('is a value that was measured', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile(hundred, 0.5)).toBe(50);
    expect(quantile(hundred, 1)).toBe(100);
    expect(median([9, 1, 5])).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('a figure', () => {
  it('is good up to its limit', () => {
    expect(against('a', 'ms', 30, 20, 1.5)).toMatchObject({ ratio: 1.5, ok: true });
    expect(against('a', 'ms', 31, 20, 1.5)).toMatchObject({ ratio: 1.55, ok: false });
    expect(addedTo('b', 'ms', 5, 2, 1.5)).toMatchObject({ ratio: 1.5, ok: true });
    expect(addedTo('b', 'ms', 5.1, 2, 1.5)).toMatchObject({ ok: false });
    expect(within('c', 'KB', 250, 780, 250)).toMatchObject({ control: 780, ratio: 1, ok: true });
    expect(within('c', 'KB', 251, null, 250)).toMatchObject({ control: null, ok: false });
  });

  it('has seven fields, measured or not', () => {
    const fields = ['name', 'value', 'unit', 'control', 'ratio', 'limit', 'ok'];
    for (const one of [
      against('a', 'ms', 1, 1, 2),
      addedTo('a', 'ms', 1, 1, 2),
      within('a', 'KB', 1, null, 2),
      stated('a', 'MB', 1, 1),
      unmeasured('a', 'ms', 2),
    ]) {
      expect(Object.keys(one)).toEqual(fields);
      expect(Object.keys(JSON.parse(JSON.stringify(one)))).toEqual(fields);
    }
  });

  it('that is only told is good when it was measured', () => {
    expect(stated('a', 'MB', 3, 2)).toMatchObject({ ratio: 1.5, limit: null, ok: true });
    expect(stated('a', 'MB', 3, null)).toMatchObject({ control: null, ratio: null, ok: true });
    expect(stated('a', 'MB', Number.NaN, 2)).toMatchObject({ value: null, ok: false });
  });

  it('is judged before it is rounded', () => {
    expect(against('a', 'ms', 1.501, 1, 1.5)).toMatchObject({ ratio: 1.5, ok: false });
  });

  it('is bad when it was not measured', () => {
    expect(against('a', 'ms', Number.NaN, 20, 1.5)).toMatchObject({ value: null, ok: false });
    expect(unmeasured('a', 'ms', 2)).toMatchObject({ value: null, ok: false });
  });
});

describe('static imports of a chunk', () => {
  it('are told from those that are loaded later', () => {
    const code =
      'import{a as b}from"./one-1.js";import"./two-2.js";export*from"./three-3.js";const c=()=>import("./later-4.js");';
    expect(staticImports(code)).toEqual(['./one-1.js', './two-2.js', './three-3.js']);
  });
});
