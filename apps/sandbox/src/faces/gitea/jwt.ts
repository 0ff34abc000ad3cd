import { randomBytes } from 'node:crypto';

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** `gnt` grant, `tt` kind (0 access, 1 refresh), `cnt` the grant's counter; times in Unix seconds. */
export interface Claims {
  gnt: number;
  tt: 0 | 1;
  cnt?: number;
  exp: number;
  iat: number;
}

/**
 * A token with the shape and size of Gitea's: a JWT signed with RSA 4096, so that a pair is about 1.8 kB and does not
 * fit a cookie. The signature is random bytes, which also make each token unlike any other; the forge knows its
 * tokens by their text.
 */
export function makeToken(claims: Claims): string {
  const head = encode({ alg: 'RS256', kid: 'sandbox'.padEnd(43, '-'), typ: 'JWT' });
  return `${head}.${encode(claims)}.${randomBytes(512).toString('base64url')}`;
}
