import type { Denial } from '../domain/access.ts';
import { Failure } from '../domain/failure.ts';

/** What is hidden and what is not there are one answer. */
export const absent = (): Failure => new Failure('not_found', 'No such repository.');

/** The CI server is behind the forge: it has the repository under an older name, or knows less of the person's role. */
export const outOfStep = (instance: string, knownAs?: string): Failure =>
  new Failure('needs_sync', 'The CI server is behind the forge, or could not ask it.', {
    instance,
    ...(knownAs === undefined ? {} : { raw: `known there as ${knownAs}` }),
  });

/** Throws what a gate's verdict means; null: nothing stands in the way. */
export function refuse(denial: Denial | null): void {
  if (denial === 'not_found') throw absent();
  if (denial) {
    throw new Failure(
      denial,
      `This needs ${denial === 'needs_admin' ? 'admin' : 'write'} permission on the forge.`,
    );
  }
}
