import { describe, expect, it } from 'vitest';
import { checkName, endsWithLineBreak, hostIn, isHost, withoutLineBreak } from './rules.ts';

const secret = (name: string) => ({
  name,
  pullRequests: false,
  caseTwin: null,
  changedAt: null,
  changedBy: null,
  registryHost: null,
});

describe('rules before sending', () => {
  it.each([
    ['', 'nameEmpty'],
    ['a b', 'nameBad'],
    ['a/b', 'nameBad'],
    ['密钥', 'nameBad'],
    ['x'.repeat(101), 'nameBad'],
    ['TOKEN', 'nameTaken'],
    ['token', 'nameTwin'],
  ])('the name %j is %s', (name, fault) => expect(checkName(name, [secret('TOKEN')])?.fault).toBe(fault));
  it.each(['A', 'a.b-c_9', 'x'.repeat(100)])('the name %j is fine', (name) =>
    expect(checkName(name, [secret('TOKEN')])).toBeNull(),
  );

  it.each([
    ['https://registry.example.com/v2/', 'registry.example.com'],
    ['registry.example.com:5000/team/image', 'registry.example.com:5000'],
    ['http://user@harbor.example.cn', 'harbor.example.cn'],
    ['registry.example.com', null],
    ['https://', null],
    ['not a host/x', null],
  ])('the host in %j is %j', (text, host) => expect(hostIn(text)).toBe(host));

  it('knows hosts with ports', () => {
    expect(isHost('localhost:5000')).toBe(true);
    expect(isHost('-x')).toBe(false);
  });

  it('sees a line break at the end only', () => {
    expect(endsWithLineBreak('a\nb')).toBe(false);
    expect(endsWithLineBreak('a\r\n')).toBe(true);
    expect(withoutLineBreak('a\nb\r\n\n')).toBe('a\nb');
  });
});
