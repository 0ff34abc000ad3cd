import { type Capability, settingsSchema } from '@flightdeck/api-client/model';
import { describe, expect, test } from 'vitest';
import type { CiClient } from '../../src/ports/ci-server.ts';
import { type Abilities, clients, collect, expectFailure, type Get } from './harness.ts';

/** What a capability means when it is absent: this call is `not_supported`. */
const calls: Partial<Record<Capability, (client: CiClient, path: string) => Promise<unknown>>> = {
  sync: (client) => client.sync(),
  promote: (client, path) => client.promote(path, 1, { environment: 'x', parameters: {} }),
  'rollback-event': (client, path) => client.rollback(path, 1, { environment: 'x', parameters: {} }),
  'restart-with-parameters': (client, path) =>
    client.restart(path, 1, { parameters: { A: 'b' }, debug: false }),
  'start-build': (client, path) => client.start(path, { branch: 'main', parameters: {} }),
  approval: (client, path) => client.approve(path, 1, 1),
  secrets: (client, path) => client.secrets(path),
  'take-ownership': (client, path) => client.takeOwnership(path),
  repair: (client, path) => client.repair(path),
  settings: (client, path) => client.changeSettings(path, {}),
  debug: (client, path) => client.restart(path, 1, { parameters: {}, debug: true }),
  'start-commit': (client, path) => client.start(path, { branch: 'main', commit: 'c0ffee0', parameters: {} }),
};

export function identity(abilities: Abilities, get: Get): void {
  const roles = test.skipIf(!abilities.roles);

  describe('declaration', () => {
    test('a capability that is not declared is not there', async () => {
      const { server, administrator, repo } = get();
      const { capabilities } = server.declaration;
      expect(new Set(capabilities).size).toBe(capabilities.length);
      for (const [capability, call] of Object.entries(calls)) {
        if (capabilities.includes(capability as Capability)) continue;
        await expectFailure(call(server.as(administrator.token), repo), 'not_supported');
      }
      expect(server.oneClick !== null).toBe(capabilities.includes('one-click-link'));
      const isNative = capabilities.includes('native-registries');
      expect(server.registrySecrets === null).toBe(isNative);
      expect(server.as(administrator.token).registries !== null).toBe(isNative);
      const files = await server
        .as(administrator.token)
        .pipelineFiles(repo, 1)
        .catch(() => null);
      expect(files !== null).toBe(capabilities.includes('files-kept'));
      for (const name of server.declaration.administratorSettings)
        expect(settingsSchema.shape).toHaveProperty(name);
    });

    test('addresses for browsers are below the public one', () => {
      const { server, repo } = get();
      const { publicUrl } = server.declaration;
      expect(publicUrl.endsWith('/')).toBe(false);
      expect(server.buildUrl(repo, 12).startsWith(`${publicUrl}/`)).toBe(true);
      expect(server.tokenPageUrl.startsWith(`${publicUrl}/`)).toBe(true);
    });

    test('it is reached without a token', async () => {
      const { version } = await get().server.probe();
      expect(version === null || version.length > 0).toBe(true);
    });
  });

  describe('identity', () => {
    test('a token says who its owner is', async () => {
      const { administrator, server } = get();
      await expect(server.as(administrator.token).me()).resolves.toMatchObject({
        login: administrator.login,
        administrator: true,
      });
    });

    roles('others are no administrators', async () => {
      const { writer, reader, server } = get();
      for (const person of [writer, reader]) {
        await expect(server.as(person?.token ?? '').me()).resolves.toMatchObject({
          login: person?.login,
          administrator: false,
        });
      }
    });

    test.each(['made-up-and-wrong', 'with space', 'with\nline break', '令牌'])(
      'a wrong token (%j) is refused everywhere',
      async (token) => {
        const { server, repo } = get();
        const nobody = server.as(token);
        const { signal } = new AbortController();
        await expectFailure(nobody.me(), 'ci_token_refused');
        await expectFailure(nobody.repositories(), 'ci_token_refused');
        await expectFailure(nobody.secrets(repo), 'ci_token_refused');
        await expectFailure(nobody.restart(repo, 1, { parameters: {}, debug: false }), 'ci_token_refused');
        if (server.declaration.capabilities.includes('start-build')) {
          await expectFailure(nobody.start(repo, { branch: 'main', parameters: {} }), 'ci_token_refused');
        }
        await expectFailure(nobody.cancel(repo, 1), 'ci_token_refused');
        await expectFailure(nobody.incomplete(), 'ci_token_refused');
        await expectFailure(
          collect(nobody.tail('none/none', { number: 1, stage: 1, step: 1 }, signal)),
          'ci_token_refused',
        );
      },
    );

    roles('what only administrators may see is forbidden to others', async () => {
      const { writer } = clients(get());
      await expectFailure(writer.allRepositories(), 'forbidden');
      await expectFailure(writer.incomplete(), 'forbidden');
      await expectFailure(writer.queue(), 'forbidden');
      if (await clients(get()).administrator.fleet()) await expectFailure(writer.fleet(), 'forbidden');
    });
  });
}
