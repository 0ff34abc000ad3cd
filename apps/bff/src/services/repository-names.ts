/** What a forge said of the repository at a path. */
export interface NamedRepository {
  id: string;
  path: string;
  /** Unix ms; null or absent where the forge does not tell. */
  createdAt?: number | null;
}

/**
 * Which repository a forge last said stands at a path, from its answers to anybody. For CI servers that know
 * repositories by their paths alone: with it theirs are told apart by the forge's ids like all others. Held in memory:
 * after a start each path is unknown until the forge has named it to somebody.
 */
export interface RepositoryNames {
  learn(forge: string, repository: NamedRepository): void;
  /** null: no forge has named that path yet. */
  idOf(forge: string, path: string): string | null;
  /** Unix ms: what a CI server has from before that belongs to another repository which had the path. 0: unknown. */
  since(forge: string, path: string): number;
  /** Every path the forge has named, as it spells them. */
  paths(forge: string): string[];
}

export interface NamesNews {
  /** An answer that was given before would be another one now. */
  changed(forge: string): void;
  /** That repository stands elsewhere now: what a CI server was thought to tell of it may have been another one's. */
  moved(forge: string, id: string): void;
}

const MOST = 100_000;

export function createRepositoryNames(news: NamesNews): RepositoryNames {
  type Known = { forge: string; id: string; path: string; createdAt: number };
  const known = new Map<string, Known>();
  /** Where each id was last named: it stands at one path only. */
  const places = new Map<string, string>();
  const asked = new Set<string>();
  const keyOf = (forge: string, path: string) => `${forge}\n${path.toLowerCase()}`;

  return {
    learn(forge, { id, path, createdAt }) {
      const key = keyOf(forge, path);
      const one = keyOf(forge, id);
      const now = { forge, id, path, createdAt: createdAt ?? 0 };
      const before = known.get(key);
      if (before?.id === id && before.createdAt === now.createdAt) return;
      if (known.size >= MOST) {
        known.clear();
        places.clear();
      }
      known.set(key, now);
      if (before?.id === id) return;
      const left = places.get(one);
      places.set(one, key);
      // Whoever took the place it left is nobody's until the forge names it.
      if (left !== undefined && left !== key && known.get(left)?.id === id) known.delete(left);
      if (left !== undefined && left !== key) news.moved(forge, id);
      if (before) news.moved(forge, before.id);
      const wasAsked = asked.delete(key);
      if ((left !== undefined && asked.delete(left)) || wasAsked) news.changed(forge);
    },
    idOf(forge, path) {
      const key = keyOf(forge, path);
      if (asked.size >= MOST) asked.clear();
      asked.add(key);
      return known.get(key)?.id ?? null;
    },
    since: (forge, path) => known.get(keyOf(forge, path))?.createdAt ?? 0,
    paths: (forge) => [...known.values()].filter((one) => one.forge === forge).map(({ path }) => path),
  };
}
