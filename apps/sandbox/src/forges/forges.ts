import type { IncomingMessage, RequestListener } from 'node:http';
import type { FaceName } from '../faces/faults.ts';
import { HttpServer } from '../http-server.ts';
import type { SeedName } from '../seed/seed.ts';
import type { World } from '../world/world.ts';
import { ForgeInstance } from './forge.ts';
import { checkForges, type ForgeOptions } from './options.ts';

export type Guarded = (
  face: FaceName,
  inner: RequestListener,
  who: (request: IncomingMessage) => string,
) => RequestListener;

/** The forges besides the first one, each on a port of its own. */
export class MoreForges {
  readonly instances: readonly ForgeInstance[];
  readonly #servers: readonly HttpServer[];

  constructor(
    options: readonly ForgeOptions[],
    host: string,
    readonly publicHost: string,
    guarded: Guarded,
  ) {
    checkForges(options);
    this.instances = options.map(({ id, vendor }) => new ForgeInstance(id, vendor));
    this.#servers = this.instances.map((one, index) => {
      const listener = guarded(one.id, one.listener, (request) => one.login(request));
      return new HttpServer(listener, host, options[index]?.port ?? 0);
    });
  }

  get(id: string): ForgeInstance {
    const found = this.instances.find((one) => one.id === id);
    if (!found) throw new Error(`there is no forge ${id}`);
    return found;
  }

  /** Addresses for browsers, by id. */
  get urls(): Record<string, string> {
    return Object.fromEntries(
      this.instances.map((one, index) => [one.id, `http://${this.publicHost}:${this.#servers[index]?.port}`]),
    );
  }

  async listen(): Promise<void> {
    for (const server of this.#servers) await server.listen();
  }

  rebuild(first: World, seed: SeedName): void {
    for (const one of this.instances) one.rebuild(first, this.urls[one.id] ?? '', seed);
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()));
  }
}
