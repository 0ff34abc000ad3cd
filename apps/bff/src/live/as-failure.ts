import { Failure } from '../domain/failure.ts';

export const asFailure = (error: unknown): Failure =>
  error instanceof Failure ? error : new Failure('internal', 'The log could not be read.', { cause: error });
