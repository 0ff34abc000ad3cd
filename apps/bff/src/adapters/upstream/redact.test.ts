import { expect, test } from 'vitest';
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

test('at most 500 characters', () => {
  expect(redact('x'.repeat(10_000))).toHaveLength(500);
});
