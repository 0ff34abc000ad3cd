import { compareHeaders, compareJson, type Deviation, sameText, type Tolerance } from './compare.ts';
import type { Answer } from './http.ts';
import { compareLog, isLog } from './logs.ts';
import type { Exchange } from './recording.ts';

/** Recorded lists that the server gives in no order: compared by id. */
const UNORDERED = /^\/api\/repos$|\/builds\/(branches|pulls|deployments)$/;

/** A long text was cut by the recorder; of a page only its kind is compared. */
const isCut = (text: string): boolean => /^<!doctype/i.test(text) || text.includes('… (');

/** One whose beginning was kept, with the length of the whole. */
function sameCut(recorded: string, actual: string): boolean | undefined {
  const match = /^(.*)…\[cut, (\d+) chars\]$/s.exec(recorded);
  if (!match) return undefined;
  return actual.startsWith(match[1] ?? '') && [...actual].length === Number(match[2]);
}

function sorted(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  const id = (one: unknown) => (typeof one === 'object' && one !== null && 'id' in one ? Number(one.id) : 0);
  return [...list].sort((a, b) => id(a) - id(b));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Every point in which an answer differs from the recorded one. */
export function judge(exchange: Exchange, answer: Answer, tolerance: Tolerance): Deviation[] {
  const recorded = exchange.response;
  if (!recorded) throw new Error('a note has no answer to compare');
  const found: Deviation[] = [];
  if (recorded.status !== answer.status) {
    found.push({ at: 'status', kind: 'value', recorded: recorded.status, actual: answer.status });
  }
  found.push(...compareHeaders(recorded.headers, answer.headers));
  if ('json' in recorded && recorded.json !== undefined) {
    const actual = parsed(answer.body);
    if (isLog(recorded.json)) found.push(...compareLog(recorded.json, actual));
    else {
      const [path = ''] = (exchange.request?.path ?? '').split('?');
      const order = UNORDERED.test(path) ? sorted : (value: unknown) => value;
      found.push(...compareJson(order(recorded.json), order(actual), tolerance));
    }
  } else if (
    recorded.text !== undefined &&
    !isCut(recorded.text) &&
    !(sameCut(recorded.text, answer.body) ?? sameText(recorded.text, answer.body))
  ) {
    found.push({ at: 'text', kind: 'value', recorded: recorded.text, actual: answer.body });
  }
  return found;
}
