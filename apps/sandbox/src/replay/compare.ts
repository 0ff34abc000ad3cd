/** One point in which the sandbox's answer is not the recorded one. */
export interface Deviation {
  /** Where, e.g. `json.stages[0].status` or `header.link`. */
  at: string;
  kind: 'missing' | 'extra' | 'order' | 'type' | 'length' | 'value';
  recorded: unknown;
  actual: unknown;
}

/**
 * Times: both nought or both not, and no further apart than the moments at which pushes and the like are known.
 * They are Unix seconds on the CI server, text on the forge.
 */
const TIMES = new Set([
  'created',
  'updated',
  'started',
  'finished',
  'stopped',
  'synced',
  'last_login',
  'next',
  'prev',
  'created_at',
  'updated_at',
  'last_committer_date',
  'last_author_date',
  'date',
  'timestamp',
  'build_started',
  'build_finished',
  'build_created',
  'build_updated',
  'stage_started',
  'stage_stopped',
  'reviewed',
  'last_contact',
  'last_work',
  'enqueued_at',
  'started_at',
  'finished_at',
  'reviewed_at',
]);

/** Names that come out of chance and the moment, by their form. */
const FORMS = new Map([['uuid', /^[0-9A-HJKMNP-TV-Z]{26}$/]]);

/** Secrets were replaced by these when the recordings were made: any text stands for them. */
const PLACEHOLDERS =
  /<(?:jwt|code|redacted|client secret|hook secret|agent token|token|token of ada|base64 of the compiled pipeline, secrets included)>/g;

export interface Tolerance {
  /** Seconds that times may differ by. */
  seconds: number;
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a text is the recorded one, whose placeholders stand for any non-empty text. */
export function sameText(recorded: string, actual: string): boolean {
  if (recorded === actual) return true;
  if (recorded.search(PLACEHOLDERS) < 0) return false;
  const pattern = recorded.split(PLACEHOLDERS).map(literally).join('.+?');
  return new RegExp(`^${pattern}$`, 's').test(actual);
}

const secondsOf = (value: unknown): number =>
  typeof value === 'string' ? Date.parse(value) / 1000 : Number(value);

const isNought = (value: unknown): boolean =>
  value === 0 || value === '0001-01-01T00:00:00Z' || value === '1970-01-01T00:00:00Z';

function sameTime(recorded: unknown, actual: unknown, tolerance: Tolerance): boolean {
  if (isNought(recorded) || isNought(actual)) return isNought(recorded) && isNought(actual);
  const apart = Math.abs(secondsOf(recorded) - secondsOf(actual));
  return Number.isFinite(apart) && apart <= tolerance.seconds;
}

/** Compares keys and their order, types, nullability and values, one by one. */
export function compareJson(
  recorded: unknown,
  actual: unknown,
  tolerance: Tolerance,
  at = 'json',
): Deviation[] {
  const expected = kindOf(recorded);
  if (expected !== kindOf(actual)) return [{ at, kind: 'type', recorded, actual }];
  if (Array.isArray(recorded) && Array.isArray(actual)) return compareLists(recorded, actual, tolerance, at);
  if (expected === 'object') {
    return compareObjects(
      recorded as Record<string, unknown>,
      actual as Record<string, unknown>,
      tolerance,
      at,
    );
  }
  const key = /(\w+)$/.exec(at)?.[1] ?? '';
  const form = FORMS.get(key);
  const same = form
    ? form.test(String(recorded)) && form.test(String(actual))
    : TIMES.has(key)
      ? sameTime(recorded, actual, tolerance)
      : typeof recorded === 'string'
        ? sameText(recorded, String(actual))
        : recorded === actual;
  return same ? [] : [{ at, kind: 'value', recorded, actual }];
}

function compareLists(recorded: unknown[], actual: unknown[], tolerance: Tolerance, at: string): Deviation[] {
  const found: Deviation[] = [];
  if (recorded.length !== actual.length) {
    found.push({ at, kind: 'length', recorded: recorded.length, actual: actual.length });
  }
  for (let i = 0; i < Math.min(recorded.length, actual.length); i += 1) {
    found.push(...compareJson(recorded[i], actual[i], tolerance, `${at}[${i}]`));
  }
  return found;
}

function compareObjects(
  recorded: Record<string, unknown>,
  actual: Record<string, unknown>,
  tolerance: Tolerance,
  at: string,
): Deviation[] {
  const found: Deviation[] = [];
  for (const key of Object.keys(recorded)) {
    if (key in actual) found.push(...compareJson(recorded[key], actual[key], tolerance, `${at}.${key}`));
    else found.push({ at: `${at}.${key}`, kind: 'missing', recorded: recorded[key], actual: undefined });
  }
  for (const key of Object.keys(actual)) {
    if (!(key in recorded)) {
      found.push({ at: `${at}.${key}`, kind: 'extra', recorded: undefined, actual: actual[key] });
    }
  }
  const shared = (one: object, other: object) => Object.keys(one).filter((key) => key in other);
  const wanted = shared(recorded, actual).join();
  const got = shared(actual, recorded).join();
  if (wanted !== got) found.push({ at, kind: 'order', recorded: wanted, actual: got });
  return found;
}

/** Headers that only say when: they have to be there. */
const MOMENTS = new Set(['date', 'last-modified']);

/** What the transport decides. */
const TRANSPORT = new Set(['connection', 'keep-alive', 'transfer-encoding']);

/** Names and attributes of cookies; their values are secrets. */
const cookieShape = (line: string): string => line.replace(/(^|, )([\w-]+)=([^;,]*)/g, '$1$2=…');

/**
 * Every recorded header is there with the recorded text. Where the recorder kept all headers, which `date` shows, there
 * is no other besides.
 */
export function compareHeaders(
  recorded: Record<string, string>,
  actual: Record<string, string | string[] | undefined>,
): Deviation[] {
  const found: Deviation[] = [];
  for (const [name, text] of Object.entries(recorded)) {
    const raw = actual[name];
    const given = Array.isArray(raw) ? raw.join(', ') : raw;
    const at = `header.${name}`;
    if (given === undefined) found.push({ at, kind: 'missing', recorded: text, actual: undefined });
    else if (!sameHeader(name, text, given)) found.push({ at, kind: 'value', recorded: text, actual: given });
  }
  for (const [name, text] of Object.entries(actual)) {
    if (!('date' in recorded) || name in recorded || TRANSPORT.has(name)) continue;
    found.push({ at: `header.${name}`, kind: 'extra', recorded: undefined, actual: text });
  }
  return found;
}

function sameHeader(name: string, recorded: string, given: string): boolean {
  if (MOMENTS.has(name)) return !Number.isNaN(Date.parse(given));
  if (name === 'set-cookie') return cookieShape(recorded) === cookieShape(given);
  return sameText(recorded, given);
}
