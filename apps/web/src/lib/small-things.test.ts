import { describe, expect, it, vi } from 'vitest';
import { parseSearch, stringifySearch } from './address.ts';
import { copyText } from './copy.ts';
import { browserLanguage, chooseLanguage } from './i18n.ts';
import { newKey } from './random.ts';

describe('the query of an address', () => {
  it('stays text both ways', () => {
    expect(parseSearch('?branch=123&author=%E6%9E%97&empty=')).toEqual({
      branch: '123',
      author: '林',
      empty: '',
    });
    expect(stringifySearch({ branch: 'a/b c', status: undefined, n: '1' })).toBe('?branch=a%2Fb+c&n=1');
    expect(stringifySearch({})).toBe('');
  });
});

describe('the language', () => {
  it.each([
    [['zh-CN', 'en'], 'zh-CN'],
    [['zh-TW'], 'zh-CN'],
    [['fr', 'en-GB'], 'en'],
    [['fr', 'de'], null],
  ])('of a browser with %j is %s', (wanted, language) => expect(browserLanguage(wanted)).toBe(language));

  it('is the person’s choice before the browser’s', () => {
    expect(chooseLanguage('zh-CN', 'en')).toBe('zh-CN');
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['fr']);
    expect(chooseLanguage(null, 'zh-CN')).toBe('zh-CN');
    vi.restoreAllMocks();
  });
});

describe('an idempotency key', () => {
  it('fits the contract and never repeats', () => {
    const keys = Array.from({ length: 200 }, newKey);
    expect(keys.every((key) => /^[A-Za-z0-9_-]{16,64}$/.test(key))).toBe(true);
    expect(new Set(keys).size).toBe(200);
  });
});

describe('copying', () => {
  it('works where the browser has no clipboard for plain pages', async () => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    const seen: string[] = [];
    document.execCommand = () => {
      seen.push(document.querySelector('textarea')?.value ?? '');
      return true;
    };
    expect(await copyText('line 1\nline 2')).toBe(true);
    expect(seen).toEqual(['line 1\nline 2']);
    expect(document.querySelector('textarea')).toBeNull();
    document.execCommand = () => false;
    expect(await copyText('x')).toBe(false);
  });
});
