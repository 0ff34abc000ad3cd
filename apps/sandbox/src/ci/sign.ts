import { createHmac } from 'node:crypto';
import type { CiRepository } from '../world/model.ts';
import { CiError } from './build-input.ts';

/** HMAC of a pipeline file under the repository's key, without any signature document in it. */
export function signature(repo: CiRepository, text: string): string {
  if (!repo.signingKey) throw new CiError(500, 'signer: key must be 32-bytes');
  const bare = text
    .split(/^---\s*$/m)
    .filter((document) => !/^\s*kind:\s*signature/m.test(document))
    .join('---');
  return createHmac('sha256', repo.signingKey).update(bare.trimEnd()).digest('hex');
}
