/**
 * robfig/cron v1 expressions, UTC: `sec min hour dom month [dow]`, macros and `@every`. Five fields are read with the
 * seconds first, so a crontab line means something else than its writer thinks.
 */
interface Schedule {
  next(after: number): number;
}

const macros: Record<string, string> = {
  '@yearly': '0 0 0 1 1 *',
  '@annually': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@midnight': '0 0 0 * * *',
  '@hourly': '0 0 * * * *',
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The first moment after `after` (unix seconds), or undefined when the text is no expression. */
export function nextRun(expression: string, after: number): number | undefined {
  const schedule = parse(expression.trim());
  return schedule?.next(after);
}

function parse(expression: string): Schedule | undefined {
  const every = /^@every\s+((?:\d+(?:\.\d+)?(?:h|m|s|ms))+)$/.exec(expression);
  if (every) {
    const seconds = Math.max(1, Math.floor(duration(every[1] ?? '')));
    return { next: (after) => after + seconds };
  }
  const fields = (macros[expression] ?? expression).split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) return undefined;
  const ranges: [number, number, string[]][] = [
    [0, 59, []],
    [0, 59, []],
    [0, 23, []],
    [1, 31, []],
    [1, 12, months],
    [0, 6, days],
  ];
  const sets: Set<number>[] = [];
  for (const [index, [low, high, names]] of ranges.entries()) {
    const set = field(fields[index] ?? '*', low, high, names);
    if (!set) return undefined;
    sets.push(set);
  }
  const [second, minute, hour, dom, month, dow] = sets as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const anyDom = /^[*?]/.test(fields[3] ?? '*');
  const anyDow = /^[*?]/.test(fields[5] ?? '*');
  const dayFits = (date: Date): boolean => {
    const inDom = dom.has(date.getUTCDate());
    const inDow = dow.has(date.getUTCDay());
    return anyDom || anyDow ? inDom && inDow : inDom || inDow;
  };
  return {
    next(after) {
      const date = new Date((after + 1) * 1000);
      for (let i = 0; i < 400_000; i++) {
        if (!month.has(date.getUTCMonth() + 1))
          date.setTime(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
        else if (!dayFits(date)) {
          date.setTime(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1));
        } else if (!hour.has(date.getUTCHours())) {
          date.setTime(Math.floor(date.getTime() / 3_600_000) * 3_600_000 + 3_600_000);
        } else if (!minute.has(date.getUTCMinutes())) {
          date.setTime(Math.floor(date.getTime() / 60_000) * 60_000 + 60_000);
        } else if (!second.has(date.getUTCSeconds())) date.setTime(date.getTime() + 1000);
        else return Math.floor(date.getTime() / 1000);
      }
      return 0;
    },
  };
}

function duration(text: string): number {
  const unit: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  let total = 0;
  for (const [, amount, name] of text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g))
    total += Number(amount) * (unit[name ?? 's'] ?? 1);
  return total;
}

function field(text: string, low: number, high: number, names: string[]): Set<number> | undefined {
  const set = new Set<number>();
  const value = (word: string): number => {
    const index = names.indexOf(word.toLowerCase());
    return index >= 0 ? index + low : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  for (const part of text.split(',')) {
    const [range = '', stepText] = part.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    const [fromText = '', toText] = range.split('-');
    const any = fromText === '*' || fromText === '?';
    const from = any ? low : value(fromText);
    const to = any ? high : toText === undefined ? (stepText === undefined ? from : high) : value(toText);
    if (!(from >= low && to <= high && from <= to && step >= 1)) return undefined;
    for (let at = from; at <= to; at += step) set.add(at);
  }
  return set;
}
