const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (n: number) => String(n).padStart(2, '0');

/** `0:32`, `6:42`, `1:04:09`. Negative spans (clocks that differ) count as nothing. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

export type Ago =
  | { kind: 'now' }
  | { kind: 'minutes'; count: number }
  | { kind: 'hours'; count: number }
  | { kind: 'date' };

/** Relative up to 24 hours, then a date. A time slightly ahead of this machine's clock is `now`. */
export function ago(at: number, now: number): Ago {
  const passed = now - at;
  if (passed < -MINUTE || passed >= DAY) return { kind: 'date' };
  if (passed < MINUTE) return { kind: 'now' };
  if (passed < HOUR) return { kind: 'minutes', count: Math.floor(passed / MINUTE) };
  return { kind: 'hours', count: Math.floor(passed / HOUR) };
}

/** Whole units for sentences: `38 min`, `3 h`, `2 days`. */
export function span(ms: number): { unit: 'seconds' | 'minutes' | 'hours' | 'days'; count: number } {
  if (ms < MINUTE) return { unit: 'seconds', count: Math.max(0, Math.floor(ms / 1_000)) };
  if (ms < HOUR) return { unit: 'minutes', count: Math.floor(ms / MINUTE) };
  if (ms < DAY) return { unit: 'hours', count: Math.floor(ms / HOUR) };
  return { unit: 'days', count: Math.floor(ms / DAY) };
}

const locale = (language: string) => (language.startsWith('zh') ? 'zh-CN' : 'en-GB');

/** `Tue 18 Nov 10:26`, with the year when it is another one. */
export function dateText(at: number, now: number, language: string): string {
  const otherYear = new Date(at).getFullYear() !== new Date(now).getFullYear();
  const text = new Intl.DateTimeFormat(locale(language), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(otherYear ? { year: 'numeric' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
  return text.replaceAll(',', '');
}

/** `14:02`, or a date when it is not today's. For "since …" in sentences. */
export function sinceText(at: number, now: number, language: string): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  if (!sameDay) return dateText(at, now, language);
  return new Intl.DateTimeFormat(locale(language), {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** Exact, with seconds and zone. */
export function exactText(at: number, language: string): string {
  return new Intl.DateTimeFormat(locale(language), {
    dateStyle: 'full',
    timeStyle: 'long',
    hourCycle: 'h23',
  } as Intl.DateTimeFormatOptions).format(at);
}

/** Making one costs more than a hundred uses of it, and each line of a log has a number. */
const counters = new Map<string, Intl.NumberFormat>();

export function countText(n: number, language: string): string {
  const name = locale(language);
  const counter = counters.get(name) ?? new Intl.NumberFormat(name);
  counters.set(name, counter);
  return counter.format(n);
}
