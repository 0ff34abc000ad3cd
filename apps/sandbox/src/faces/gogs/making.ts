import type { Request, Response, Router } from 'express';
import { addCommit } from '../../world/git.ts';
import type { ForgeUser, Role } from '../../world/model.ts';
import { addOrganisation, addRepository } from '../../world/people.ts';
import { byToken } from './caller.ts';
import type { GogsContext } from './context.ts';
import { sendEmpty, sendJson } from './reply.ts';
import { newRepositoryShape, organisationShape } from './shapes.ts';

interface Body {
  username?: string;
  full_name?: string;
  name?: string;
  private?: boolean;
  auto_init?: boolean;
  permission?: Role;
}

/** Organisations, repositories, collaborators: how the recorded world was made. */
export function makingRoutes(router: Router, context: GogsContext): void {
  const forge = () => context.world.forge;
  const signedIn =
    (handle: (user: ForgeUser, body: Body, req: Request, res: Response) => void) =>
    (req: Request, res: Response) => {
      const user = byToken(context, req);
      if (!user) return sendEmpty(res, 401);
      handle(user, (req.body ?? {}) as Body, req, res);
    };

  router.post(
    '/api/v1/user/orgs',
    signedIn((user, body, _req, res) => {
      const name = body.username ?? '';
      addOrganisation(context.world, name, body.full_name ?? '', [user.login]);
      const made = forge().organisation(name);
      if (!made) throw new Error(`${name} was not made`);
      sendJson(res, 201, organisationShape(context, made));
    }),
  );

  router.post(
    '/api/v1/org/:name/repos',
    signedIn((user, body, req, res) => {
      const organisation = forge().organisation(String(req.params.name));
      if (!organisation) return sendEmpty(res, 404);
      if (!organisation.owners.includes(user.login)) return sendEmpty(res, 403);
      const name = body.name ?? '';
      const repo = addRepository(context.world, {
        ...{ owner: organisation.name, name, private: body.private ?? false, defaultBranch: 'master' },
      });
      if (body.auto_init) {
        const commit = addCommit(context.world, {
          ...{ repo, branch: 'master', message: 'Initial commit', author: user.login },
          files: { 'README.md': `# ${name}\n\n` },
        });
        commit.author = { name: user.login, email: user.email, login: user.login };
        commit.committer = { name: 'Gogs', email: 'gogs@fake.local', login: undefined };
      }
      sendJson(res, 201, newRepositoryShape(context, repo, user.login));
    }),
  );

  router.put(
    '/api/v1/repos/:owner/:name/collaborators/:login',
    signedIn((user, body, req, res) => {
      const repo = forge().repository(String(req.params.owner), String(req.params.name));
      const added = forge().user(String(req.params.login));
      if (!repo || !added || !forge().permissions(user.login, repo)) return sendEmpty(res, 404);
      if (!forge().permissions(user.login, repo)?.admin) return sendEmpty(res, 403);
      repo.collaborators.set(added.login, body.permission ?? 'write');
      sendEmpty(res, 204);
    }),
  );
}
