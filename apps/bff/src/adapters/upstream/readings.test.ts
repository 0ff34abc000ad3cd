import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createReadings } from './readings.ts';

const schema = z.object({ n: z.number(), list: z.array(z.string()).default([]) });
const other = z.object({ n: z.string() });

describe('an answer', () => {
  it('that says the same is read once, under each schema for itself', () => {
    const readings = createReadings();
    const read = vi.fn(() => ({ n: 1, list: [] }));
    const first = readings.of(schema, '{"n":1}', read);
    expect(readings.of(schema, ['{"n"', ':1}'].join(''), read)).toBe(first);
    expect(read).toHaveBeenCalledTimes(1);
    expect(readings.of(schema, '{"n":2}', () => ({ n: 2, list: [] }))).toEqual({ n: 2, list: [] });
    expect(readings.of(other, '{"n":1}', () => ({ n: 'one' }))).toEqual({ n: 'one' });
  });

  it('that several hold cannot be changed by any', () => {
    const value = createReadings().of(schema, 'x', () => ({ n: 1, list: ['a'] }));
    expect(() => value.list.push('b')).toThrow(TypeError);
    expect(() => Object.assign(value, { n: 2 })).toThrow(TypeError);
  });

  it('that cannot be read is an error each time', () => {
    const readings = createReadings();
    const read = vi.fn(() => {
      throw new Error('no');
    });
    for (let i = 0; i < 2; i++) expect(() => readings.of(schema, 'x', read)).toThrow('no');
    expect(read).toHaveBeenCalledTimes(2);
  });

  it('that is long, or has made room for others, is read again', () => {
    const readings = createReadings();
    const read = vi.fn(() => ({ n: 1, list: [] }));
    const long = 'x'.repeat(64 * 1024 + 1);
    readings.of(schema, long, read);
    readings.of(schema, long, read);
    expect(read).toHaveBeenCalledTimes(2);
    readings.of(schema, 'first', read);
    for (let i = 0; i < 70; i++) readings.of(schema, String(i).padEnd(64 * 1024, 'x'), read);
    read.mockClear();
    readings.of(schema, 'first', read);
    readings.of(schema, '69'.padEnd(64 * 1024, 'x'), read);
    expect(read).toHaveBeenCalledTimes(1);
  });
});
