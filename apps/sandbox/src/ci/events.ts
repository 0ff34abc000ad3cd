import type { CiBuild, CiRepository } from '../world/model.ts';

export interface BuildNotice {
  repo: CiRepository;
  build: CiBuild;
}

/** The server's stream of builds: no memory, no replay; whoever listens hears what comes after. */
export class BuildEvents {
  #listeners = new Set<(notice: BuildNotice) => void>();

  get subscribers(): number {
    return this.#listeners.size;
  }

  publish(notice: BuildNotice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  subscribe(listener: (notice: BuildNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
