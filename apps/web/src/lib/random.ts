/**
 * An idempotency key: 26 characters. `crypto.randomUUID` is absent on plain http outside localhost;
 * `getRandomValues` is not.
 */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(26));
  return Array.from(
    bytes,
    (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'[byte & 63],
  ).join('');
}
