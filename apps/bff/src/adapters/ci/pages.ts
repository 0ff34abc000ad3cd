/** Asks for page after page, from 1 on, until one is not full, or `most` were read. */
export async function everyPage<T>(
  { size, most }: { size: number; most: number },
  ask: (page: number) => Promise<T[]>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= most; page += 1) {
    const list = await ask(page);
    all.push(...list);
    if (list.length < size) break;
  }
  return all;
}

/**
 * Page `number` of `size` builds from a server whose own pages have `own`. A build that came meanwhile moves the others
 * on: none is there twice.
 */
export async function pageAcross<T extends { number: number }>(
  { number, size, own }: { number: number; size: number; own: number },
  ask: (page: number) => Promise<T[]>,
): Promise<T[]> {
  const from = (number - 1) * size;
  const found = new Map<number, T>();
  const first = Math.floor(from / own) + 1;
  for (let page = first; (page - 1) * own < from + size; page += 1) {
    const list = await ask(page);
    for (const one of list) found.set(one.number, one);
    if (list.length < own) break;
  }
  const skipped = from - (first - 1) * own;
  return [...found.values()].slice(skipped, skipped + size);
}
