/** A matrix as pipeline files write it: axes with their values, or under `include` the runs themselves. */
export type Matrix =
  | Record<string, readonly string[]>
  | { include: readonly Record<string, string>[] }
  | undefined;

/** One entry per run of the file: the product of its axes, in the order they stand, or what `include` lists. */
export function axesOf(matrix: Matrix): Record<string, string>[] {
  if (!matrix) return [{}];
  const listed = matrix.include;
  if (Array.isArray(listed) && listed.every((one) => typeof one === 'object')) return listed;
  let runs: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(matrix)) {
    if (!Array.isArray(values)) continue;
    runs = runs.flatMap((run) => values.map((value) => ({ ...run, [name]: String(value) })));
  }
  return runs;
}

/** `${NAME}` is put in by the server before the file is read; `$${` keeps one for the shell. */
export function substitute(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(/\$?\$\{(\w+)\}/g, (whole, name: string) =>
    whole.startsWith('$$') ? whole.slice(1) : (names.get(name) ?? ''),
  );
}
