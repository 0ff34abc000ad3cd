import { furtherOauthClient } from '../seed/credentials.ts';
import type { World } from '../world/world.ts';
import { DroneInstance } from './drone.ts';
import type { ServerOptions } from './options.ts';
import { WoodpeckerInstance } from './woodpecker.ts';

/** The login of the account with administrator's rights that consoles use for themselves. */
export const serviceLogin = 'flightdeck';

/** A CI server of the option `servers`, as a test or the console's start needs it. */
export interface FurtherServer {
  readonly id: string;
  readonly vendor: string;
  readonly version: string;
  readonly url: string;
  /** Of the machine account with administrator's rights. */
  readonly serviceToken: string;
  /** A person's own token there; undefined for who has no account. */
  token(login: string): string | undefined;
}

interface Settings {
  consoleUrl: string;
  forgeUrl: () => string;
}

/** The CI servers besides the first. */
export class Further {
  readonly instances: (DroneInstance | WoodpeckerInstance)[];
  /** Address of a server as browsers use it; known once its port is. */
  urlOf: (id: string) => string = () => '';

  constructor(
    options: readonly ServerOptions[],
    readonly settings: Settings,
  ) {
    this.instances = options.map((option, index) => this.#make(option, index));
  }

  get servers(): FurtherServer[] {
    const urlOf = (id: string): string => this.urlOf(id);
    return this.instances.map((instance) => ({
      id: instance.id,
      vendor: instance.vendor,
      version: instance.version,
      get url() {
        return urlOf(instance.id);
      },
      get serviceToken() {
        return instance.token(serviceLogin) ?? '';
      },
      token: (login) => instance.token(login),
    }));
  }

  /** Empty servers in a new world, each with rows and chance of its own. */
  rebuild(first: World, forgeFails: (call: string) => boolean): void {
    for (const instance of this.instances) {
      const world = first.beside(instance.id);
      if (instance instanceof DroneInstance) world.addresses.drone = this.urlOf(instance.id);
      instance.rebuild(world, forgeFails);
    }
  }

  /** Their applications on the forge, which each has its own of. */
  applications(): { name: string; clientId: string; clientSecret: string; redirectUris: string[] }[] {
    return this.instances.map((instance, index) => {
      const url = this.urlOf(instance.id);
      const client = furtherOauthClient(index);
      const redirectUris =
        instance instanceof DroneInstance
          ? [this.#droneRedirect(instance.id), `${url}/login`]
          : [`${url}/authorize`];
      return { name: `${instance.vendor} ${instance.id}`, ...client, redirectUris };
    });
  }

  #droneRedirect(id: string): string {
    return `${this.settings.consoleUrl}/auth/server/${id}/callback`;
  }

  #make({ id, vendor, version }: ServerOptions, index: number): DroneInstance | WoodpeckerInstance {
    const { forgeUrl } = this.settings;
    const client = furtherOauthClient(index);
    if (vendor === 'drone') {
      const cookieSecret = `sandbox-cookie-secret-of-${id}`;
      return new DroneInstance(id, {
        ...client,
        redirectUrl: this.#droneRedirect(id),
        cookieSecret,
        forgeUrl,
      });
    }
    const settings = { ...client, stateSecret: `sandbox-state-secret-of-${id}`, forgeUrl };
    return new WoodpeckerInstance(id, version ?? '3.17', settings, () => this.urlOf(id));
  }
}
