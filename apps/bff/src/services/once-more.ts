import { isFailure } from '../domain/failure.ts';

/** Rows carry versions upstream: two writers at once make one of them fail, and trying again is right. */
export async function onceMore<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isCollision(error)) throw error;
    return call();
  }
}

const isCollision = (error: unknown): boolean =>
  isFailure(error, 'conflict') ||
  (isFailure(error, 'ci_error') && /optimistic lock/i.test(error.facts.raw ?? ''));
