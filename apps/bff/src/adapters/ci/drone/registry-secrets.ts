import type { RegistrySecrets } from '../../../ports/ci-server.ts';

const prefix = 'docker_config_';

/**
 * Drone 1.x and 2.x have no registry API: a Docker config in an ordinary secret, which the pipeline names under
 * `image_pull_secrets`, is what their runners read (host matched by name). Secret names take letters, digits and
 * `- _ .`, so the port's colon is written `__`; a host itself never holds an underscore, which makes it reversible.
 */
export const droneRegistrySecrets: RegistrySecrets = {
  nameFor: (host) => prefix + host.toLowerCase().replace(':', '__'),
  hostOf(name) {
    const lower = name.toLowerCase();
    if (!lower.startsWith(prefix)) return null;
    const host = lower.slice(prefix.length).replace('__', ':');
    return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$/.test(host) ? host : null;
  },
  valueFor: ({ host, username, password }) =>
    JSON.stringify({
      auths: { [host]: { auth: Buffer.from(`${username}:${password}`, 'utf8').toString('base64') } },
    }),
};
