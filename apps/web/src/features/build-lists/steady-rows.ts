/**
 * A list that does not jump under the pointer. Rows that were shown change in place; what is new at the head waits
 * until it is asked for while somebody reads (`busy`). New rows further down (an older page) come at once.
 *
 * `shown`: keys that were on the page before. Answers what to show now and how many wait.
 */
export function holdBack<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  shown: ReadonlySet<string> | null,
  busy: boolean,
): { rows: readonly T[]; waiting: number } {
  if (!busy || shown === null) return { rows: items, waiting: 0 };
  const firstShown = items.findIndex((item) => shown.has(keyOf(item)));
  if (firstShown <= 0) return { rows: items, waiting: 0 };
  return { rows: items.slice(firstShown), waiting: firstShown };
}
