import { expect, test } from 'vitest';
import { growth } from '../../testing/growth.ts';
import { redact } from './redact.ts';

test.each([
  ['Authorization: Bearer abcdef0123456789', 'Authorization: Bearer [redacted]'],
  ['GET /login?code=abc123&state=x', 'GET /login?code=[redacted]&state=x'],
  ['{"refresh_token":"abc"}', '{"refresh_token":"[redacted]"}'],
  ['{"name":"a","data":"hunter2"}', '{"name":"a","data":"[redacted]"}'],
  ['http://user:pass@host/x', 'http://[redacted]@host/x'],
  ['eyJhbGciOi.eyJzdWIi.sig', '[redacted]'],
  ['a\u0000b\u001b[31m\u202ec', 'a b [31m c'],
  ['yaml: line 1: mapping values are not allowed', 'yaml: line 1: mapping values are not allowed'],
])('%j → %j', (text, clean) => expect(redact(text)).toBe(clean));

test('what was sent is taken out wherever it is echoed', () => {
  expect(redact('value s3cr3t-value! refused', ['s3cr3t-value!'])).toBe('value [redacted] refused');
});

const value = 'made-up "value"\nof two lines ✓ and more';
test.each([
  ['quoted as JSON', JSON.stringify({ data: value, name: 'TOKEN' })],
  ['quoted twice', JSON.stringify(JSON.stringify({ other: value }))],
  ['cut off', `value too long: ${value.slice(0, 17)}…`],
  ['its second line alone', 'line 2: of two lines ✓ and more'],
  ['in an address', `POST /secrets?v=${encodeURIComponent(value)}`],
  ['in hexadecimal', Buffer.from(value).toString('hex')],
  ['in base64', Buffer.from(value).toString('base64')],
  ['in base64 after another word', Buffer.from(`robot:${value}`).toString('base64')],
  ['in base64 after a longer one', Buffer.from(`robot-1:${value}`).toString('base64url')],
])('a secret is taken out %s', (_, text) => {
  const clean = redact(`refused: ${text}`, [value]);
  expect(clean).toContain('refused: ');
  expect(clean).toContain('[redacted]');
  for (const part of ['made-up ', 'two line', 'and more']) {
    expect(clean).not.toContain(part);
    expect(Buffer.from(clean.split(' ').at(-1) ?? '', 'base64').toString()).not.toContain(part);
    expect(clean).not.toContain(Buffer.from(part).toString('hex'));
  }
});

test('a long secret is read once, not once for each piece of the text', () => {
  const secret = 'ab'.repeat(8_192);
  const text = (words: number) => Array.from({ length: words }, (_, at) => 1_000 + at).join(' ');
  // Eight times the text would be eight times the work if each piece of it were looked for in the secret by itself.
  expect(growth((sent: string) => redact(sent, [secret]), text(100), text(800))).toBeLessThan(4);
});

test('at most 500 characters', () => {
  expect(redact('x'.repeat(10_000))).toHaveLength(500);
});
