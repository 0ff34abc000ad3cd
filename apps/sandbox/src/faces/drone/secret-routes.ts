import { createCipheriv, randomBytes } from 'node:crypto';
import { CiError } from '../../ci/build-input.ts';
import { signature } from '../../ci/sign.ts';
import type { CiSecret } from '../../world/model.ts';
import { flag, text } from '../go-server.ts';
import type { Router } from '../router.ts';
import { organisation, repositoryFor, sysadmin } from './access.ts';
import { type Call, jsonBody, noSuchRow, sendJson, sendNothing } from './context.ts';
import { secretShape } from './shapes.ts';

const path = '/api/repos/{owner}/{name}';
const byName = (a: CiSecret, b: CiSecret): number => (a.name < b.name ? -1 : 1);

export function secretRoutes(router: Router<Call>): void {
  const own = (call: Call, repoId: number): CiSecret[] =>
    call.core.world.ci.secrets.filter((secret) => secret.repoId === repoId && repoId !== 0);
  const one = (call: Call, repoId: number): CiSecret => {
    const secret = own(call, repoId).find((each) => each.name === call.params.secret);
    if (!secret) throw noSuchRow();
    return secret;
  };
  router.on('GET', `${path}/secrets`, (call) => {
    const repo = repositoryFor(call, 'write');
    sendJson(call, own(call, repo.id).sort(byName).map(secretShape));
  });
  router.on('POST', `${path}/secrets`, (call) => {
    const repo = repositoryFor(call, 'write');
    const secret = newSecret(call);
    if (own(call, repo.id).some((each) => each.name === secret.name)) {
      throw new CiError(500, 'UNIQUE constraint failed: secrets.secret_repo_id, secrets.secret_name');
    }
    secret.id = call.core.world.ci.nextId('secret');
    secret.repoId = repo.id;
    call.core.world.ci.secrets.push(secret);
    sendJson(call, secretShape(secret));
  });
  router.on('GET', `${path}/secrets/{secret}`, (call) => {
    const repo = repositoryFor(call, 'write');
    sendJson(call, secretShape(one(call, repo.id)));
  });
  router.on('PATCH', `${path}/secrets/{secret}`, (call) => {
    const repo = repositoryFor(call, 'write');
    patch(call, () => one(call, repo.id));
  });
  router.on('DELETE', `${path}/secrets/{secret}`, (call) => {
    const repo = repositoryFor(call, 'write');
    remove(call, one(call, repo.id));
  });
  organisationRoutes(router);
  router.on('POST', `${path}/sign`, (call) => {
    const repo = repositoryFor(call, 'write');
    sendJson(call, { data: signature(repo, text(jsonBody(call), 'data') ?? '') });
  });
  for (const tail of ['encrypt', 'encrypt/secret']) {
    router.on('POST', `${path}/${tail}`, (call) => {
      const repo = repositoryFor(call, 'write');
      const plain = text(jsonBody(call), 'data') ?? '';
      if (!repo.signingKey) throw new CiError(500, 'crypto/aes: invalid key size 0');
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', repo.signingKey, nonce);
      const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
      sendJson(call, { data: sealed.toString('base64') });
    });
  }
}

/** @throws CiError 400 for an empty value or a name that is empty or has other characters. */
function newSecret(call: Call): CiSecret {
  const body = jsonBody(call);
  const name = text(body, 'name') ?? '';
  const data = text(body, 'data') ?? '';
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) throw new CiError(400, 'Invalid Secret Name');
  if (data === '') throw new CiError(400, 'Invalid Secret Value');
  return {
    id: 0,
    repoId: 0,
    namespace: '',
    name,
    data,
    pullRequest: flag(body, 'pull_request') ?? false,
    pullRequestPush: flag(body, 'pull_request_push') ?? false,
  };
}

function patch(call: Call, find: () => CiSecret): void {
  const body = jsonBody(call);
  const secret = find();
  const data = text(body, 'data');
  if (data === '') throw new CiError(400, 'Invalid Secret Value');
  secret.data = data ?? secret.data;
  secret.pullRequest = flag(body, 'pull_request') ?? secret.pullRequest;
  secret.pullRequestPush = flag(body, 'pull_request_push') ?? secret.pullRequestPush;
  sendJson(call, secretShape(secret));
}

function remove(call: Call, secret: CiSecret): void {
  const { ci } = call.core.world;
  ci.secrets = ci.secrets.filter((one) => one !== secret);
  sendNothing(call);
}

function organisationRoutes(router: Router<Call>): void {
  const shared = (call: Call): CiSecret[] =>
    call.core.world.ci.secrets.filter((secret) => secret.repoId === 0);
  const one = (call: Call, namespace: string): CiSecret => {
    const secret = shared(call).find(
      (each) => each.namespace === namespace && each.name === call.params.secret,
    );
    if (!secret) throw noSuchRow();
    return secret;
  };
  router.on('GET', '/api/secrets', (call) => {
    sysadmin(call);
    sendJson(call, shared(call).sort(byName).map(secretShape));
  });
  router.on('GET', '/api/secrets/{namespace}', (call) => {
    const namespace = organisation(call);
    sendJson(
      call,
      shared(call)
        .filter((secret) => secret.namespace === namespace)
        .sort(byName)
        .map(secretShape),
    );
  });
  router.on('POST', '/api/secrets/{namespace}', (call) => {
    const namespace = organisation(call);
    const secret = newSecret(call);
    // Names of organisation secrets are unique whatever their case.
    const taken = shared(call).some(
      (each) => each.namespace === namespace && each.name.toLowerCase() === secret.name.toLowerCase(),
    );
    if (taken)
      throw new CiError(500, 'UNIQUE constraint failed: orgsecrets.secret_namespace, orgsecrets.secret_name');
    secret.id = call.core.world.ci.nextId('orgsecret');
    secret.namespace = namespace;
    call.core.world.ci.secrets.push(secret);
    sendJson(call, secretShape(secret));
  });
  router.on('GET', '/api/secrets/{namespace}/{secret}', (call) =>
    sendJson(call, secretShape(one(call, organisation(call)))),
  );
  for (const method of ['PATCH', 'POST']) {
    router.on(method, '/api/secrets/{namespace}/{secret}', (call) => {
      const namespace = organisation(call);
      patch(call, () => one(call, namespace));
    });
  }
  router.on('DELETE', '/api/secrets/{namespace}/{secret}', (call) =>
    remove(call, one(call, organisation(call))),
  );
}
