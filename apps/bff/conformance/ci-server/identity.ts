import { readdirSync, readFileSync } from 'node:fs';
import type { ProblemCode } from '@flightdeck/api-client/contract';
import { type Capability, capabilitySchema, settingsSchema } from '@flightdeck/api-client/model';
import { describe, expect, test } from 'vitest';
import type { CiClient } from '../../src/ports/ci-server.ts';
import { type Abilities, clients, collect, expectFailure, type Get } from './harness.ts';

/** One call, and how it fails where the capability is not declared. */
interface Absence {
  call: (client: CiClient, path: string) => Promise<unknown>;
  code?: ProblemCode;
}
const byCall = (call: Absence['call'], code?: ProblemCode): Absence => ({ call, ...(code ? { code } : {}) });

/**
 * What it means that a capability is not declared; every one has a line. A call: it fails, as `not_supported` unless it
 * says otherwise. `elsewhere`: a test of this suite that does both things, by the declaration, and which.
 */
const absences: Record<Capability, Absence | { elsewhere: string }> = {
  sync: byCall((client) => client.sync()),
  promote: byCall((client, path) => client.promote(path, 1, { environment: 'x', parameters: {} })),
  'rollback-event': byCall((client, path) => client.rollback(path, 1, { environment: 'x', parameters: {} })),
  'restart-with-parameters': byCall((client, path) =>
    client.restart(path, 1, { parameters: { A: 'b' }, debug: false }),
  ),
  'start-build': byCall((client, path) => client.start(path, { branch: 'main', parameters: {} })),
  approval: byCall((client, path) => client.approve(path, 1, 1)),
  secrets: byCall((client, path) => client.secrets(path)),
  'take-ownership': byCall((client, path) => client.takeOwnership(path)),
  repair: byCall((client, path) => client.repair(path)),
  settings: byCall((client, path) => client.changeSettings(path, {})),
  debug: byCall((client, path) => client.restart(path, 1, { parameters: {}, debug: true })),
  'start-commit': byCall((client, path) =>
    client.start(path, { branch: 'main', commit: 'c0ffee0', parameters: {} }),
  ),
  'whole-list': byCall((client) => client.allRepositories(), 'forbidden'),
  'one-click-link': { elsewhere: 'a capability that is not declared is not there' },
  'native-registries': { elsewhere: 'a capability that is not declared is not there' },
  'log-while-running': { elsewhere: 'while the step runs: what there is so far, as declared' },
  'files-kept': { elsewhere: 'a capability that is not declared is not there' },
  'cancel-waiting': { elsewhere: 'a cancel ends what runs, once' },
  'restart-held': { elsewhere: 'a held build is started again or not, as declared' },
  'approve-stages': { elsewhere: 'a held build says so, waits for who may consent, and goes on' },
  'parameters-kept': { elsewhere: 'a restart is a new build of the same commit that names its parent' },
  'parent-named': { elsewhere: 'a restart is a new build of the same commit that names its parent' },
  'starter-named': { elsewhere: 'a promotion names its environment, its parent and who asked' },
  'rejects-unmatched': { elsewhere: 'where nothing matches there is no build, and no failure' },
  'late-activation': { elsewhere: 'a repository is known before it is active, as declared' },
};

export function identity(abilities: Abilities, get: Get): void {
  const roles = test.skipIf(!abilities.roles);

  describe('declaration', () => {
    test('a capability that is not declared is not there', async () => {
      const { server, administrator, repo } = get();
      const { capabilities } = server.declaration;
      expect(new Set(capabilities).size).toBe(capabilities.length);
      for (const [capability, absence] of Object.entries(absences)) {
        if (capabilities.includes(capability as Capability) || !('call' in absence)) continue;
        const { call, code = 'not_supported' } = absence;
        await expectFailure(call(server.as(administrator.token), repo), code);
      }
      expect(server.oneClick !== null).toBe(capabilities.includes('one-click-link'));
      const isNative = capabilities.includes('native-registries');
      expect(server.registrySecrets === null).toBe(isNative);
      expect(server.as(administrator.token).registries !== null).toBe(isNative);
      const early = capabilities.includes('log-while-running');
      expect(server.as(administrator.token).storedSoFar !== null).toBe(early);
      const files = await server
        .as(administrator.token)
        .pipelineFiles(repo, 1)
        .catch(() => null);
      expect(files !== null).toBe(capabilities.includes('files-kept'));
      for (const name of server.declaration.administratorSettings)
        expect(settingsSchema.shape).toHaveProperty(name);
    });

    test('every capability is checked where it is absent, by a call or by a test that is there', () => {
      const folder = new URL('.', import.meta.url);
      const tests = readdirSync(folder)
        .map((file) => readFileSync(new URL(file, folder), 'utf8'))
        .join('\n');
      for (const absence of Object.values(absences)) {
        if ('elsewhere' in absence) expect(tests).toContain(`('${absence.elsewhere}'`);
      }
      expect(Object.keys(absences).sort()).toEqual([...capabilitySchema.options].sort());
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
