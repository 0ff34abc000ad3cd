import type { BuildView, ListedBuild } from '@flightdeck/api-client/contract';
import type { Caller, GatedRepo } from '../services/context.ts';

/**
 * What a viewer hears about a build. Both are made for that viewer: permits differ from person to person.
 * `view` is needed by `watchBuild` only.
 */
export interface BuildChange {
  listed: ListedBuild | null;
  view: BuildView | null;
}

export type BuildListener = (change: BuildChange) => void;

/**
 * Feeds the live topics. The gateway has opened the gate before it asks, opens it again every minute, and ends the
 * subscription when the person may no longer read; nobody but `watchDeck` checks permissions here.
 *
 * Each method returns the function that ends the watch (calling it twice does no harm). Listeners are called
 * asynchronously, never inside the call that registers them, do not throw, and hear only changes after it:
 * the page loads the present state by REST.
 */
export interface BuildWatch {
  /** Builds of one repository that appear or change: `listed` is set. */
  watchRepository(repo: GatedRepo, listener: BuildListener): () => void;
  /** One build: `view` is set. */
  watchBuild(repo: GatedRepo, number: number, listener: BuildListener): () => void;
  /** Builds of every repository this person may read at the moment of the change: `listed` is set. */
  watchDeck(caller: Caller, listener: BuildListener): () => void;
}
