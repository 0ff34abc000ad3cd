import { type Fields, isFields, text } from '../yaml.ts';

/** Workflows a workflow waits for; `optional` ones (3.15) may be missing. */
export function dependenciesOf(workflow: Fields): { name: string; optional: boolean }[] {
  const given = workflow.depends_on;
  const entries: unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
  return entries.flatMap((entry) => {
    const name = isFields(entry) ? text(entry.name) : text(entry);
    return name === '' ? [] : [{ name, optional: isFields(entry) && entry.optional === true }];
  });
}
