import type { Request, Response, Router } from 'express';
import type { Commit, ForgeRepository } from '../../world/model.ts';
import { baseUrl, type GiteaContext } from './context.ts';
import { errorPage, escapeHtml, layout } from './pages.ts';
import { sendHtml } from './reply.ts';
import { signedIn } from './sign-in.ts';

/** Plain pages for what links lead to: a repository, a commit, a comparison, a pull request, a file, a picture. */
export function siteRoutes(router: Router, context: GiteaContext): void {
  const forge = () => context.world.forge;

  router.get('/avatars/:hash', (req, res) => {
    const hash = req.params.hash.replace(/[^0-9a-f]/g, '');
    res.setHeader('Cache-Control', 'private, max-age=21600');
    res.setHeader('Content-Type', 'image/svg+xml');
    res.end(avatar(hash));
  });

  router.get('/', (req, res) => {
    const user = signedIn(context, req);
    const seen = forge().repositories.filter((repo) => forge().permissions(user?.login, repo));
    const rows = seen.map((repo) => `<tr><td>${link(slug(repo), slug(repo))}</td></tr>`).join('');
    const sign = user ? link('Sign Out', 'user/logout') : link('Sign In', 'user/login');
    sendHtml(
      res,
      200,
      layout('Home', `<h1>Repositories</h1><table>${rows}</table><p>${sign}</p>`, user?.login, true),
    );
  });

  /** A page of one repository, if it is there and the browser's person may see it. */
  function repoPage(path: string, body: (repo: ForgeRepository, req: Request) => string | undefined): void {
    router.get(`/:owner/:name${path}`, (req: Request, res: Response, next) => {
      const repo = forge().repository(String(req.params.owner), String(req.params.name));
      const user = signedIn(context, req);
      const found = repo && forge().permissions(user?.login, repo) ? body(repo, req) : undefined;
      if (!repo || found === undefined) return next();
      sendHtml(res, 200, layout(slug(repo), found, user?.login, true));
    });
  }

  repoPage('', (repo) => {
    const head = forge().head(repo, repo.defaultBranch);
    const rows = head
      ? forge()
          .history(repo, head.sha, 30)
          .map((one) => row(repo, one))
      : [];
    return `<h1>${escapeHtml(slug(repo))}</h1><p>${escapeHtml(repo.description)}</p><table>${rows.join('')}</table>`;
  });

  repoPage('/commit/:sha', (repo, req) => {
    const commit = forge().resolve(repo, String(req.params.sha));
    if (!commit) return undefined;
    const files = [...commit.files.keys()]
      .map((path) => `<li><code>${escapeHtml(path)}</code></li>`)
      .join('');
    return `<h1>Commit ${commit.sha.slice(0, 10)}</h1><p class="dim">${link(slug(repo), slug(repo))} ·
${escapeHtml(commit.author.name)} · ${new Date(commit.at).toISOString()}</p>
<pre>${escapeHtml(commit.message)}</pre><p><code>${commit.sha}</code></p><ul>${files}</ul>`;
  });

  repoPage('/compare/:range', (repo, req) => {
    const range = String(req.params.range);
    const head = forge().resolve(repo, range.split('...')[1] ?? '');
    return `<h1>Compare</h1><p><code>${escapeHtml(range)}</code></p><table>${head ? row(repo, head) : ''}</table>`;
  });

  repoPage('/pulls/:number', (repo, req) => {
    const pull = repo.pulls.find((one) => one.number === Number(req.params.number));
    if (!pull) return undefined;
    return `<h1>${escapeHtml(pull.title)} #${pull.number}</h1><p class="dim">${escapeHtml(pull.author)} wants to merge
${escapeHtml(`${pull.head.repo}:${pull.head.branch}`)} into ${escapeHtml(pull.base.branch)} · ${pull.state}</p>`;
  });

  repoPage('/src/:kind/*rest', (repo, req) => {
    const parts: unknown = req.params.rest;
    const whole = Array.isArray(parts) ? parts.join('/') : '';
    // A ref may hold slashes itself: the longest one that exists wins.
    for (let at = whole.length; at > 0; at = whole.lastIndexOf('/', at - 1)) {
      const commit = forge().resolve(repo, whole.slice(0, at));
      const path = whole.slice(at + 1);
      if (!commit) continue;
      const text = commit.files.get(path);
      if (text !== undefined) return `<h1>${escapeHtml(path)}</h1><pre>${escapeHtml(text)}</pre>`;
      const rows = [...commit.files.keys()].map((name) => {
        return `<tr><td>${link(name, `${slug(repo)}/src/${String(req.params.kind)}/${whole.slice(0, at)}/${name}`)}</td></tr>`;
      });
      return `<h1>${escapeHtml(whole)}</h1><table>${rows.join('')}</table>`;
    }
    return undefined;
  });

  router.use((_req, res) => sendHtml(res, 404, errorPage('Page Not Found', 'There is nothing here.')));

  function row(repo: ForgeRepository, commit: Commit): string {
    const title = commit.message.split('\n')[0] ?? '';
    const to = `${slug(repo)}/commit/${commit.sha}`;
    return `<tr><td>${link(commit.sha.slice(0, 10), to)}</td><td>${escapeHtml(title)}</td><td>${escapeHtml(commit.author.name)}</td></tr>`;
  }

  function link(text: string, path: string): string {
    return `<a href="${escapeHtml(`${baseUrl(context)}/${path}`)}">${escapeHtml(text)}</a>`;
  }
}

const slug = (repo: ForgeRepository): string => `${repo.owner}/${repo.name}`;

/** A symmetric pattern in one colour, both taken from the hash. */
function avatar(hash: string): string {
  const digits = hash.padEnd(18, '0');
  const hue = Number.parseInt(digits.slice(0, 4), 16) % 360;
  const cells: string[] = [];
  for (let y = 0; y < 5; y += 1) {
    for (let x = 0; x < 3; x += 1) {
      if (Number.parseInt(digits[y * 3 + x] ?? '0', 16) % 2 === 1) continue;
      for (const at of new Set([x, 4 - x])) cells.push(`<rect x="${at}" y="${y}" width="1" height="1"/>`);
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 7 7" width="64" height="64"><rect x="-1" y="-1" width="7" height="7" fill="hsl(${hue} 35% 90%)"/><g fill="hsl(${hue} 50% 40%)">${cells.join('')}</g></svg>`;
}
