import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A sealing key: 32 bytes, named so that several can be known while one is being replaced. */
export interface SealingKey {
  id: string;
  key: Uint8Array;
}

/**
 * Seals short texts (tokens) for storage: AES-256-GCM. `where` says which cell a text belongs to and is authenticated
 * with it: a sealed text copied to another person's row does not open.
 */
export interface Sealer {
  seal(text: string, where: readonly string[]): string;
  /** Throws `SealBroken` when the key is unknown, or the text was changed or belongs elsewhere. */
  open(sealed: string, where: readonly string[]): string;
  /** Sealed by a key other than the one that seals now. */
  isStale(sealed: string): boolean;
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

const keyIdPattern = /^[A-Za-z0-9_-]{1,40}$/;

/** The first key seals, any of them opens. Throws on a key that is not 32 bytes, or on a name used twice. */
export function createSealer(keys: readonly SealingKey[]): Sealer {
  const first = keys[0];
  if (!first) throw new Error('at least one sealing key is needed');
  const known = new Map<string, Uint8Array>();
  for (const { id, key } of keys) {
    if (!keyIdPattern.test(id)) throw new Error('a sealing key is named by letters, digits, - and _');
    if (key.length !== 32) throw new Error(`sealing key "${id}" must be 32 bytes`);
    if (new Set(key).size < 8) throw new Error(`sealing key "${id}" is not random`);
    if (known.has(id)) throw new Error(`two sealing keys are named "${id}"`);
    known.set(id, key);
  }

  return {
    seal(text, where) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', first.key, nonce);
      cipher.setAAD(cell(first.id, where));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return ['v1', first.id, nonce.toString('base64url'), body.toString('base64url')].join('.');
    },
    open(sealed, where) {
      const [version, id = '', nonce = '', body = '', more] = sealed.split('.');
      if (version !== 'v1' || more !== undefined) throw new SealBroken('not a sealed text');
      const key = known.get(id);
      if (!key) throw new SealBroken(`sealed by the key "${id}", which is not configured`);
      const bytes = Buffer.from(body, 'base64url');
      const iv = Buffer.from(nonce, 'base64url');
      if (bytes.length < 16 || iv.length !== 12) throw new SealBroken('sealed text is cut');
      try {
        const opener = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
        opener.setAAD(cell(id, where));
        opener.setAuthTag(bytes.subarray(-16));
        return Buffer.concat([opener.update(bytes.subarray(0, -16)), opener.final()]).toString('utf8');
      } catch {
        throw new SealBroken('sealed text was changed, or does not belong here');
      }
    },
    isStale: (sealed) => !sealed.startsWith(`v1.${first.id}.`),
  };
}

const cell = (keyId: string, where: readonly string[]): Buffer =>
  Buffer.from(JSON.stringify(['flightdeck', keyId, ...where]), 'utf8');
