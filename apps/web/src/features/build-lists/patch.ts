import type { BuildList, Deck, ListedBuild } from '@flightdeck/api-client/contract';
import { isFinished } from '@flightdeck/api-client/model';

type Item = BuildList['items'][number];

/** An older message never takes a build back: an ended one stays ended, a lower version is older. */
export function isOlder(message: ListedBuild['build'], held: ListedBuild['build']): boolean {
  if (isFinished(held.status) && !isFinished(message.status) && message.version <= held.version) return true;
  // What has ended is newer than what has not, whatever the versions: not every server orders its snapshots by them.
  if (isFinished(message.status) && !isFinished(held.status)) return false;
  return message.version < held.version;
}

/**
 * The deck after a live message. The build changes in place wherever it stands; `settled` says whether its sections
 * still hold (else the deck is asked for again: the console decides what waits for whom).
 */
export function patchDeck(deck: Deck, listed: ListedBuild): { deck: Deck; settled: boolean } {
  const same = (other: ListedBuild) =>
    other.server === listed.server &&
    other.path === listed.path &&
    other.build.number === listed.build.number;
  let known = false;
  let settled = true;
  const inPlace = (rows: ListedBuild[]) =>
    rows.map((row) => {
      if (!same(row)) return row;
      known = true;
      if (isOlder(listed.build, row.build)) return row;
      if (row.build.status !== listed.build.status) settled = false;
      return listed;
    });
  const next: Deck = {
    ...deck,
    waiting: inPlace(deck.waiting),
    failed: inPlace(deck.failed),
    running: inPlace(deck.running),
    recent: inPlace(deck.recent),
    favourites: deck.favourites.map((repository) =>
      repository.server === listed.server &&
      repository.path === listed.path &&
      (repository.lastBuild?.number ?? 0) <= listed.build.number
        ? { ...repository, lastBuild: listed.build }
        : repository,
    ),
  };
  return { deck: next, settled: settled && known };
}

/** A page of a repository's builds after a live message; `known` says whether the build stood there. */
export function patchItems(items: readonly Item[], listed: ListedBuild): { items: Item[]; known: boolean } {
  let known = false;
  const next = items.map((item) => {
    if (item.build.number !== listed.build.number) return item;
    known = true;
    if (isOlder(listed.build, item.build)) return item;
    return { build: listed.build, waits: listed.waits, cause: listed.cause };
  });
  return { items: next, known };
}
