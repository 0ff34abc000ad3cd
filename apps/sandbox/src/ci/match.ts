import type { Conditions } from './pipeline.ts';

export interface MatchFacts {
  event: string;
  branch: string;
  ref: string;
  target: string;
  repo: string;
  cron: string;
  action: string;
}

type Filter = { include: string[]; exclude: string[] } | undefined;

/** Shell-like patterns over a whole value: `*`, `**`, `?`, `[a-z]`, `{a,b}`. */
export function globMatches(pattern: string, value: string): boolean {
  let source = '';
  let group = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === '*') {
      const deep = pattern[at + 1] === '*';
      if (deep) at += 1;
      source += deep ? '.*' : '[^/]*';
    } else if (char === '?') source += '[^/]';
    else if (char === '{') {
      source += '(?:';
      group += 1;
    } else if (char === '}' && group > 0) {
      source += ')';
      group -= 1;
    } else if (char === ',' && group > 0) source += '|';
    else if (char === '[' || char === ']') source += char;
    else source += char.replace(/[.+^$()|\\/{}]/g, '\\$&');
  }
  try {
    return new RegExp(`^${source}$`).test(value);
  } catch {
    return pattern === value;
  }
}

/** Exclusion wins; an empty include list takes everything. An absent value passes only where nothing is asked. */
export function filterMatches(filter: Filter, value: string): boolean {
  if (!filter) return true;
  if (filter.exclude.some((pattern) => globMatches(pattern, value))) return false;
  return filter.include.length === 0 || filter.include.some((pattern) => globMatches(pattern, value));
}

/** Everything but `status`, which only the moment of running can tell. */
export function conditionsMatch(conditions: Conditions, facts: MatchFacts): boolean {
  return (
    filterMatches(conditions.event, facts.event) &&
    filterMatches(conditions.branch, facts.branch) &&
    filterMatches(conditions.ref, facts.ref) &&
    filterMatches(conditions.target, facts.target) &&
    filterMatches(conditions.repo, facts.repo) &&
    filterMatches(conditions.cron, facts.cron) &&
    filterMatches(conditions.action, facts.action)
  );
}

/** `when.status` or `trigger.status`: success unless something else is asked for. */
export function statusRuns(conditions: Conditions): { onSuccess: boolean; onFailure: boolean } {
  if (!conditions.status) return { onSuccess: true, onFailure: false };
  return {
    onSuccess: filterMatches(conditions.status, 'success'),
    onFailure: filterMatches(conditions.status, 'failure'),
  };
}
