import { filterMatches, globMatches } from '../ci/match.ts';
import type { Condition } from './config.ts';
import { evaluate } from './evaluate.ts';

/** What conditions are asked about: the pipeline's facts and the environment its steps will see. */
export interface WhenFacts {
  event: string;
  branch: string;
  ref: string;
  repo: string;
  cron: string;
  /** Undefined where the event has none: then `path` asks nothing. */
  changedFiles: readonly string[] | undefined;
  environ: ReadonlyMap<string, string>;
}

/** Any one condition is enough; none asks nothing. `status` is left for the moment of running. */
export function whenMatches(
  when: readonly Condition[] | undefined,
  facts: WhenFacts,
  environ: Record<string, string> = {},
): boolean {
  return !when || when.length === 0 || when.some((one) => matches(one, facts, environ));
}

function matches(one: Condition, facts: WhenFacts, environ: Record<string, string>): boolean {
  const names = new Map([...facts.environ, ...Object.entries(environ)]);
  const matrix = Object.entries(one.matrix ?? {});
  return (
    (!one.event || one.event.includes(facts.event)) &&
    (facts.branch === '' || filterMatches(one.branch, facts.branch)) &&
    filterMatches(one.ref, facts.ref) &&
    filterMatches(one.repo, facts.repo) &&
    (facts.event !== 'cron' || filterMatches(one.cron, facts.cron)) &&
    pathMatches(one, facts) &&
    matrix.every(([name, wanted]) => globMatches(wanted, environ[name] ?? '')) &&
    (one.evaluate === undefined || evaluate(one.evaluate, names))
  );
}

function pathMatches({ path }: Condition, { changedFiles }: WhenFacts): boolean {
  if (!path || !changedFiles || changedFiles.length === 0) return true;
  if (path.exclude.length > 0 && changedFiles.every((file) => path.exclude.some((p) => globMatches(p, file))))
    return false;
  return (
    path.include.length === 0 ||
    changedFiles.some((file) => path.include.some((pattern) => globMatches(pattern, file)))
  );
}

/** Whether a step runs after success and after a failure of those before it. */
export function statusesOf(when: readonly Condition[] | undefined): { success: boolean; failure: boolean } {
  const asked = (when ?? []).flatMap((one) => one.status ?? []);
  return asked.length === 0
    ? { success: true, failure: false }
    : { success: asked.includes('success'), failure: asked.includes('failure') };
}
