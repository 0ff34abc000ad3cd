import type { StagePreview } from '@flightdeck/api-client/model';
import type { Trigger } from '../../../ports/ci-server.ts';
import { type Fields, isFields, list, text } from '../yaml.ts';
import { evaluate } from './evaluate.ts';
import { globMatches } from './glob.ts';
import { wordOf } from './statuses.ts';

export interface Judged {
  excludedBy: StagePreview['excludedBy'];
  /** Conditions only the server can decide, as written. */
  unsure: string[];
  /** It was made for this environment, or for promotions of any. */
  namesTarget: boolean;
}

export const targetVariable = 'CI_PIPELINE_DEPLOY_TARGET';

/** A `when`: one entry or a list of them, of which one must hold. None: it always runs. */
export function judge(when: unknown, trigger: Trigger): Judged {
  const entries = (Array.isArray(when) ? when : [when]).filter(isFields);
  if (entries.length === 0) return { excludedBy: null, unsure: [], namesTarget: false };
  const judged = entries.map((entry) => judgeEntry(entry, trigger));
  const good = judged.filter((one) => one.excludedBy === null);
  if (good.length === 0) return judged[0] as Judged;
  const sure = good.filter((one) => one.unsure.length === 0);
  return {
    excludedBy: null,
    // One that holds for certain is enough.
    unsure: sure.length > 0 ? [] : good.flatMap((one) => one.unsure),
    namesTarget: good.some((one) => one.namesTarget),
  };
}

/** All conditions of an entry must hold, in the order in which the server looks (3.17.0). */
function judgeEntry(entry: Fields, trigger: Trigger): Judged {
  const out = (excludedBy: Judged['excludedBy']): Judged => ({ excludedBy, unsure: [], namesTarget: false });
  const event = wordOf(trigger.event, trigger.action);
  const events = list(isFields(entry.event) ? entry.event.include : entry.event);
  if (events.length > 0 && !events.includes(event)) return out('event');
  if (!globsHold(entry.repo, trigger.repo)) return out('repo');
  if (!globsHold(entry.ref, trigger.ref)) return out('ref');
  // A tag is on no branch.
  if (event !== 'tag' && !globsHold(entry.branch, trigger.branch)) return out('branch');
  if (event === 'cron' && trigger.cron !== null && !globsHold(entry.cron, trigger.cron)) return out('cron');
  const unsure = ['platform', 'instance', 'matrix'].filter((name) => entry[name] !== undefined);
  // Changed files count for pushes and pull requests only.
  if (entry.path !== undefined && (event === 'push' || event.startsWith('pull_request'))) unsure.push('path');
  const expression = text(entry.evaluate).trim();
  const evaluated = evaluate(expression, variablesOf(trigger, event));
  if (expression !== '') {
    if (evaluated.holds === false)
      return out(evaluated.compared(targetVariable).length > 0 ? 'target' : 'condition');
    if (evaluated.holds === null) unsure.push(`evaluate: ${expression}`);
  }
  const asksTarget = expression.includes(targetVariable);
  const promotionsOnly = events.length > 0 && events.every((one) => one === 'deployment');
  return {
    excludedBy: null,
    unsure,
    namesTarget:
      trigger.environment !== null &&
      (asksTarget ? evaluated.holds === true : promotionsOnly && unsure.length === 0),
  };
}

/** A word, a list, or `{include, exclude}`; exclude wins, an empty include takes all. */
function globsHold(given: unknown, value: string): boolean {
  const include = list(isFields(given) ? given.include : given);
  const exclude = isFields(given) ? list(given.exclude) : [];
  if (exclude.some((pattern) => globMatches(pattern, value))) return false;
  return include.length === 0 || include.some((pattern) => globMatches(pattern, value));
}

/** What the server will put into the environment, as far as it is known before. */
function variablesOf(trigger: Trigger, event: string): Map<string, string> {
  const segments = trigger.repo.split('/');
  return new Map([
    ['CI', 'woodpecker'],
    ['CI_PIPELINE_EVENT', event],
    [targetVariable, trigger.environment ?? ''],
    ['CI_COMMIT_BRANCH', trigger.branch],
    ['CI_COMMIT_REF', trigger.ref],
    ['CI_COMMIT_TAG', /^refs\/tags\/(.+)$/.exec(trigger.ref)?.[1] ?? ''],
    ['CI_REPO', trigger.repo],
    ['CI_REPO_OWNER', segments.slice(0, -1).join('/')],
    ['CI_REPO_NAME', segments.at(-1) ?? ''],
  ]);
}
