import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** The claims of Gitea's own access and refresh tokens: grant, kind (0 access, 1 refresh), the grant's counter. */
const Claims = z.object({
  gnt: z.number(),
  tt: z.union([z.literal(0), z.literal(1)]),
  cnt: z.number().optional(),
  exp: z.number(),
  iat: z.number(),
  jti: z.string(),
});
export type Claims = z.infer<typeof Claims>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Real tokens are signed with RSA 4096, so a pair is about 1.8 kB and does not fit a cookie. Here 512 bytes of HMAC
 * stand in for that signature: same size, as unforgeable for a test, and no key to make at each start.
 */
function sign(secret: string, text: string): string {
  const parts = Array.from({ length: 8 }, (_, i) => createHmac('sha512', secret).update(`${i}.${text}`).digest());
  return Buffer.concat(parts).toString('base64url');
}

export function makeToken(secret: string, claims: Claims): string {
  const head = encode({ alg: 'RS256', kid: 'sandboxsandboxsandboxsandboxsandboxsandbox0', typ: 'JWT' });
  const text = `${head}.${encode(claims)}`;
  return `${text}.${sign(secret, text)}`;
}

/** The claims of a token of ours, `null` for anything else. Expiry is the caller's to judge: it has the clock. */
export function readToken(secret: string, token: string): Claims | null {
  const end = token.lastIndexOf('.');
  if (end < 0) return null;
  const given = Buffer.from(token.slice(end + 1));
  const right = Buffer.from(sign(secret, token.slice(0, end)));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  try {
    const parsed = Claims.safeParse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
