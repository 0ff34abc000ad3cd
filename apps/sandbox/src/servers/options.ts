export const serverVendors = ['drone', 'drone-0.8', 'woodpecker'] as const;
export type ServerVendor = (typeof serverVendors)[number];

/** A CI server besides the first one, which is the demo's Drone with the id `drone`. */
export interface ServerOptions {
  /** Its name in the control door, in faults and in the log of calls. */
  id: string;
  vendor: ServerVendor;
  /** Woodpecker: `3.17` (the default) or `2.8`. Drone: `2.25` (the default) or `1.10`. */
  version?: string;
  /** Id of the forge it builds for; the first one by default. */
  forge?: string;
  /** 0, the default, takes any free port. */
  port?: number;
}

/** The demo's Gitea. */
export const firstForge = 'gitea';

const versions: Record<ServerVendor, readonly string[]> = {
  drone: ['2.25', '1.10'],
  'drone-0.8': ['0.8.10'],
  woodpecker: ['3.17', '2.8'],
};

const isVendor = (text: string): text is ServerVendor => serverVendors.some((known) => known === text);

/** @throws with a reason when an id is taken, or a vendor, version or forge is not there. */
export function checkServers(
  servers: readonly ServerOptions[],
  forges: readonly string[] = [firstForge],
): void {
  const taken = new Set([...forges, 'drone']);
  for (const { id, vendor, version, forge = firstForge } of servers) {
    if (!forges.includes(forge)) throw new Error(`${id}: there is no forge ${forge}`);
    if (!/^[a-z0-9][a-z0-9-]*$/.test(id) || taken.has(id)) throw new Error(`${id}: no id for a CI server`);
    taken.add(id);
    const known = versions[vendor];
    if (version !== undefined && !known.includes(version))
      throw new Error(`${vendor} ${version}: there are ${known.join(' and ')}`);
  }
}

/**
 * Reads `id[=vendor[@version]][/forge][:port]`, several with commas between; the vendor is the id when none is named.
 * @throws with a reason
 */
export function parseServers(text: string): ServerOptions[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one): ServerOptions => {
      const match = /^([\w-]+)(?:=([a-z][a-z0-9.-]*)(?:@([\d.]+))?)?(?:\/([\w-]+))?(?::(\d+))?$/.exec(one);
      if (!match) throw new Error(`${one}: id=vendor@version/forge:port is wanted`);
      const [, id = '', vendor = id, version, forge, port] = match;
      if (!isVendor(vendor)) throw new Error(`${vendor}: no vendor of a CI server`);
      return {
        ...{ id, vendor },
        ...(version === undefined ? {} : { version }),
        ...(forge === undefined ? {} : { forge }),
        ...(port === undefined ? {} : { port: Number(port) }),
      };
    });
}
