import type { Repository } from '@flightdeck/api-client/model';
import { paths } from '../../app/paths.ts';

export interface Entry {
  id: string;
  label: string;
  hint?: string;
  keys?: string;
  group: string;
  run: () => void;
}

interface Question {
  query: string;
  entries: readonly Entry[];
  repositories: readonly Repository[];
  here: { server: string; path: string } | null;
  /** Said beside what lies on a CI server: its name where there are several, since when it does not answer. */
  hint: (server: string) => string | null;
  words: { repositories: string; builds: string; buildOf: (path: string, number: number) => string };
  go: (to: string) => void;
}

export interface Group {
  label: string;
  entries: Entry[];
}

/**
 * What the palette shows for a query. `#41` is build 41 of the repository whose page is open, or of each that the
 * words before it find ("checkout #41").
 */
export function findEntries({ query, entries, repositories, here, words, go, hint }: Question): Group[] {
  const text = query.trim().toLowerCase();
  const number = /#?([1-9]\d{0,14})$/.exec(text)?.[1];
  const wanted = text
    .replace(/#?\d+$/, '')
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  const matches = (label: string) => wanted.every((word) => label.toLowerCase().includes(word));

  const hintOf = (server: string) => {
    const said = hint(server);
    return said === null ? {} : { hint: said };
  };

  const builds: Entry[] = [];
  if (number && (text.includes('#') || wanted.length > 0 || here)) {
    const among =
      wanted.length > 0 ? repositories.filter((r) => matches(r.path)) : here ? [here] : repositories;
    for (const { server, path } of among.slice(0, 5)) {
      builds.push({
        id: `build:${server}/${path}#${number}`,
        label: words.buildOf(path, Number(number)),
        ...hintOf(server),
        group: words.builds,
        run: () => go(paths.build(server, path, Number(number))),
      });
    }
  }
  const found = repositories
    .filter((repository) => matches(repository.path))
    .map(({ server, path }) => ({
      id: `repository:${server}/${path}`,
      label: path,
      ...hintOf(server),
      group: words.repositories,
      run: () => go(paths.repository(server, path)),
    }));
  const all = [
    ...builds,
    ...entries.filter((entry) => text === '' || (wanted.length > 0 && matches(entry.label))),
    ...found,
  ];
  const groups = new Map<string, Entry[]>();
  for (const entry of all) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups].map(([label, list]) => ({ label, entries: list }));
}
