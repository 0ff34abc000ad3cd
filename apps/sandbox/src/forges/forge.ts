import type { IncomingMessage, RequestListener } from 'node:http';
import type { Request } from 'express';
import { createGiteaFace, giteaLogin } from '../faces/gitea/face.ts';
import { createGitlabFace, gitlabLogin } from '../faces/gitlab/face.ts';
import { createGogsFace, gogsLogin } from '../faces/gogs/face.ts';
import { seedForge } from '../seed/forges.ts';
import type { SeedName } from '../seed/seed.ts';
import { World } from '../world/world.ts';
import type { ForgeVendor } from './options.ts';

type Context = { readonly world: World };
interface Face {
  create: (context: Context) => RequestListener;
  login: (context: Context, request: Request) => string;
}

const faces: Record<ForgeVendor, Face> = {
  forgejo: {
    create: (context) =>
      createGiteaFace({
        get world() {
          return context.world;
        },
        version: '15.0.0+gitea-1.22.0',
      }),
    login: giteaLogin,
  },
  gitlab: { create: createGitlabFace, login: gitlabLogin },
  gogs: { create: createGogsFace, login: gogsLogin },
};

/** One more forge of the sandbox: people, repositories and tokens of its own, the clock of the first world. */
export class ForgeInstance {
  readonly listener: RequestListener;
  readonly #context: Context;
  #world: World | undefined;

  constructor(
    readonly id: string,
    readonly vendor: ForgeVendor,
  ) {
    const current = () => this.world;
    this.#context = {
      get world() {
        return current();
      },
    };
    this.listener = faces[vendor].create(this.#context);
  }

  /**
   * The world of this moment; another one after a reset. In it `forge` is this forge's state and `addresses.gitea` its
   * address: what acts on the first world acts on this one.
   */
  get world(): World {
    if (!this.#world) throw new Error('the world is not made yet');
    return this.#world;
  }

  /** Everything anew, beside this first world. */
  rebuild(first: World, url: string, seed: SeedName): void {
    this.#world = new World({ seed: `${seed} ${this.id}`, clock: first.clock });
    this.#world.addresses = { ...first.addresses, gitea: url };
    // On by default there: every trade ends the pair before.
    this.#world.forge.invalidateRefreshTokens = this.vendor === 'forgejo';
    seedForge(this.#world, this.id, this.vendor, seed);
  }

  login(request: IncomingMessage): string {
    return faces[this.vendor].login(this.#context, request as Request);
  }
}
