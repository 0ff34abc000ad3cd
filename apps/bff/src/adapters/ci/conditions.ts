import { pathMatches } from './glob.ts';
import { isFields, list } from './yaml.ts';

/** A condition of Drone's files: a word, a list, or `{include, exclude}`; exclude wins, an empty include matches all. */
export interface Condition {
  include: string[];
  exclude: string[];
}

export function matches({ include, exclude }: Condition, value: string): boolean {
  if (exclude.some((pattern) => pathMatches(pattern, value))) return false;
  return include.length === 0 || include.some((pattern) => pathMatches(pattern, value));
}

export function condition(conditions: unknown, name: string): Condition {
  const value = isFields(conditions) ? conditions[name] : undefined;
  return isFields(value)
    ? { include: list(value.include), exclude: list(value.exclude) }
    : { include: list(value), exclude: [] };
}
