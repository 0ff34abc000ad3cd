/**
 * Which repository a forge last said stands at a path, from its answers to anybody. For CI servers that know
 * repositories by their paths alone: with it theirs are told apart by the forge's ids like all others. Held in memory:
 * after a start each path is unknown until the forge has named it to somebody.
 */
export interface RepositoryNames {
  learn(forge: string, repository: { id: string; path: string }): void;
  /** null: no forge has named that path yet. */
  idOf(forge: string, path: string): string | null;
}

const MOST = 100_000;

/** `onNews`: an answer that was given before would be another one now. */
export function createRepositoryNames(onNews: (forge: string) => void): RepositoryNames {
  const ids = new Map<string, string>();
  const asked = new Set<string>();
  const keyOf = (forge: string, path: string) => `${forge}\n${path.toLowerCase()}`;
  return {
    learn(forge, { id, path }) {
      const key = keyOf(forge, path);
      if (ids.get(key) === id) return;
      if (ids.size >= MOST) ids.clear();
      ids.set(key, id);
      if (asked.delete(key)) onNews(forge);
    },
    idOf(forge, path) {
      const key = keyOf(forge, path);
      if (asked.size >= MOST) asked.clear();
      asked.add(key);
      return ids.get(key) ?? null;
    },
  };
}
