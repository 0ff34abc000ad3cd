import { furtherOauthClient } from '../seed/credentials.ts';
import type { World } from '../world/world.ts';
import { DroneInstance } from './drone.ts';
import { Drone08Instance } from './drone-0.8.ts';
import { firstForge, type ServerOptions } from './options.ts';
import { WoodpeckerInstance } from './woodpecker.ts';

/** The login of the account with administrator's rights that consoles use for themselves. */
export const serviceLogin = 'flightdeck';

/** A CI server of the option `servers`, as a test or the console's start needs it. */
export interface FurtherServer {
  readonly id: string;
  readonly vendor: string;
  readonly version: string;
  /** Id of its forge. */
  readonly forge: string;
  readonly url: string;
  /** Of the machine account with administrator's rights. */
  readonly serviceToken: string;
  /** A person's own token there; undefined for who has no account. */
  token(login: string): string | undefined;
}

/** A forge as the CI servers on it see it. */
export interface ForgeSide {
  /** Made anew at each reset, before the CI servers are. */
  world: World;
  /** Its address for calls from server to server. */
  url: string;
  /** Whether it would fail a call just now. */
  fails: (call: string) => boolean;
}

interface Settings {
  consoleUrl: string;
  forge: (id: string) => ForgeSide;
}

export type FurtherInstance = DroneInstance | Drone08Instance | WoodpeckerInstance;

interface Placed {
  instance: FurtherInstance;
  forge: string;
  client: { clientId: string; clientSecret: string };
}

/** The CI servers besides the first. */
export class Further {
  readonly #placed: readonly Placed[];
  /** Address of a server as browsers use it; known once its port is. */
  urlOf: (id: string) => string = () => '';

  constructor(
    options: readonly ServerOptions[],
    readonly settings: Settings,
  ) {
    this.#placed = options.map((option, index) => this.#place(option, furtherOauthClient(index)));
  }

  get instances(): FurtherInstance[] {
    return this.#placed.map(({ instance }) => instance);
  }

  get servers(): FurtherServer[] {
    const urlOf = (id: string): string => this.urlOf(id);
    return this.#placed.map(({ instance, forge }) => ({
      id: instance.id,
      vendor: instance.vendor,
      version: instance.version,
      forge,
      get url() {
        return urlOf(instance.id);
      },
      get serviceToken() {
        return instance.token(serviceLogin) ?? '';
      },
      token: (login) => instance.token(login),
    }));
  }

  /** Empty servers, each with rows and chance of its own, beside what else stands on its forge. */
  rebuild(): void {
    for (const { instance, forge } of this.#placed) {
      const side = this.settings.forge(forge);
      const world = side.world.beside(instance.id);
      if (instance instanceof DroneInstance) world.addresses.drone = this.urlOf(instance.id);
      instance.rebuild(world, side.fails);
    }
  }

  /** Their applications on their forges: each has one of its own, but for those whose sign-in is a form. */
  register(): void {
    for (const { instance, forge, client } of this.#placed) {
      if (instance instanceof Drone08Instance) continue;
      const { world } = this.settings.forge(forge);
      const url = this.urlOf(instance.id);
      const redirectUris =
        instance instanceof DroneInstance
          ? [this.#droneRedirect(instance.id), `${url}/login`]
          : [`${url}/authorize`];
      world.forge.applications.push({
        id: world.forge.applications.length + 1,
        name: `${instance.vendor} ${instance.id}`,
        ...client,
        redirectUris,
        ...{ confidential: true, owner: 'ada', createdAt: world.clock.now() },
      });
    }
  }

  #droneRedirect(id: string): string {
    return `${this.settings.consoleUrl}/auth/server/${id}/callback`;
  }

  #place({ id, vendor, version, forge = firstForge }: ServerOptions, client: Placed['client']): Placed {
    const common = { ...client, forgeUrl: () => this.settings.forge(forge).url };
    if (vendor === 'drone') {
      const cookieSecret = `sandbox-cookie-secret-of-${id}`;
      const settings = { ...common, redirectUrl: this.#droneRedirect(id), cookieSecret };
      const short = version === '1.10' ? '1.10' : '2.25';
      return { instance: new DroneInstance(id, settings, short), forge, client };
    }
    const host = (): string => this.urlOf(id);
    if (vendor === 'drone-0.8') {
      const instance = new Drone08Instance(id, { forgeUrl: common.forgeUrl }, host, ['ada', serviceLogin]);
      return { instance, forge, client };
    }
    const settings = { ...common, stateSecret: `sandbox-state-secret-of-${id}` };
    return { instance: new WoodpeckerInstance(id, version ?? '3.17', settings, host), forge, client };
  }
}
