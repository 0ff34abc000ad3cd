/** A git host besides the first one, which is the demo's Gitea with the id `gitea`. */
export interface ForgeOptions {
  /** Its name in the console's addresses, in faults and in the log of calls. */
  id: string;
  vendor: ForgeVendor;
  /** 0, the default, takes any free port. */
  port?: number;
}

export const forgeVendors = ['forgejo', 'gitlab', 'gogs'] as const;
export type ForgeVendor = (typeof forgeVendors)[number];

const isVendor = (text: string): text is ForgeVendor => forgeVendors.some((known) => known === text);

/** @throws with a reason when an id is taken or is none. */
export function checkForges(
  forges: readonly ForgeOptions[],
  taken: readonly string[] = ['gitea', 'drone'],
): void {
  const seen = new Set(taken);
  for (const { id } of forges) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(id) || seen.has(id)) throw new Error(`${id}: no id for a forge`);
    seen.add(id);
  }
}

/**
 * Reads `id[=vendor][:port]`, several with commas between; the vendor is the id when none is named.
 * @throws with a reason
 */
export function parseForges(text: string): ForgeOptions[] {
  const forges = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one): ForgeOptions => {
      const [, id = '', vendor = id, port] = /^([\w-]+)(?:=([a-z]+))?(?::(\d+))?$/.exec(one) ?? [];
      if (!isVendor(vendor))
        throw new Error(`${one}: id=vendor:port is wanted, with ${forgeVendors.join(', ')}`);
      return { id, vendor, ...(port === undefined ? {} : { port: Number(port) }) };
    });
  checkForges(forges);
  return forges;
}
