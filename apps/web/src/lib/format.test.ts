import { describe, expect, it } from 'vitest';
import { ago, clockText, dateText, exactText, sinceText, span } from './format.ts';

const now = new Date(2026, 10, 21, 14, 0, 0).getTime();
const MINUTE = 60_000;

describe('times', () => {
  it.each([
    [0, '0:00'],
    [32_000, '0:32'],
    [402_000, '6:42'],
    [3_849_000, '1:04:09'],
    [-5_000, '0:00'],
  ])('a clock of %i ms reads %s', (ms, text) => expect(clockText(ms)).toBe(text));

  it('is relative up to 24 hours, then a date', () => {
    expect(ago(now - 59_000, now)).toEqual({ kind: 'now' });
    expect(ago(now - 4 * MINUTE, now)).toEqual({ kind: 'minutes', count: 4 });
    expect(ago(now - 23 * 60 * MINUTE, now)).toEqual({ kind: 'hours', count: 23 });
    expect(ago(now - 24 * 60 * MINUTE, now)).toEqual({ kind: 'date' });
  });

  it('takes a server clock that runs slightly ahead for now', () => {
    expect(ago(now + 30_000, now)).toEqual({ kind: 'now' });
    expect(ago(now + 5 * MINUTE, now)).toEqual({ kind: 'date' });
  });

  it('writes dates as people do', () => {
    const at = new Date(2026, 10, 18, 10, 26).getTime();
    expect(dateText(at, now, 'en')).toBe('Wed 18 Nov 10:26');
    expect(dateText(at, now, 'zh-CN')).toMatch(/11月18日.*周三.*10:26/);
    expect(dateText(new Date(2025, 0, 2, 3, 4).getTime(), now, 'en')).toMatch(/2025/);
  });

  it('says only the hour for today', () => {
    expect(sinceText(new Date(2026, 10, 21, 9, 5).getTime(), now, 'en')).toBe('09:05');
    expect(sinceText(new Date(2026, 10, 20, 9, 5).getTime(), now, 'en')).toMatch(/20 Nov/);
  });

  it('names the zone in the exact time', () => {
    expect(exactText(now, 'en')).toMatch(/2026.*14:00:00 .+/);
  });

  it('rounds spans down to one unit', () => {
    expect(span(59_999)).toEqual({ unit: 'seconds', count: 59 });
    expect(span(38 * MINUTE)).toEqual({ unit: 'minutes', count: 38 });
    expect(span(49 * 60 * MINUTE)).toEqual({ unit: 'days', count: 2 });
  });
});
