/**
 * Which repository a forge last said stands at a path, from its answers to anybody. For CI servers that know
 * repositories by their paths alone: with it theirs are told apart by the forge's ids like all others. Held in memory:
 * after a start each path is unknown until the forge has named it to somebody.
 */
export interface RepositoryNames {
  learn(forge: string, repository: { id: string; path: string }): void;
  /** null: no forge has named that path yet. */
  idOf(forge: string, path: string): string | null;
  /** Every path the forge has named, as it spells them. */
  paths(forge: string): string[];
}

const MOST = 100_000;

/** `onNews`: an answer that was given before would be another one now. */
export function createRepositoryNames(onNews: (forge: string) => void): RepositoryNames {
  const known = new Map<string, { forge: string; id: string; path: string }>();
  const asked = new Set<string>();
  const keyOf = (forge: string, path: string) => `${forge}\n${path.toLowerCase()}`;
  return {
    learn(forge, { id, path }) {
      const key = keyOf(forge, path);
      if (known.get(key)?.id === id) return;
      if (known.size >= MOST) known.clear();
      known.set(key, { forge, id, path });
      if (asked.delete(key)) onNews(forge);
    },
    idOf(forge, path) {
      const key = keyOf(forge, path);
      if (asked.size >= MOST) asked.clear();
      asked.add(key);
      return known.get(key)?.id ?? null;
    },
    paths: (forge) => [...known.values()].filter((one) => one.forge === forge).map(({ path }) => path),
  };
}
