/** The forge's own pages that people meet on the way: sign-in, consent, errors, and what links lead to. */

export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&#34;')
    .replace(/'/g, '&#39;');
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#57606a;--line:#d0d7de;--paper:#fff;--back:#f4f6f3;--main:#4c7a34}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ea;--dim:#9aa4ad;--line:#3a4048;--paper:#20242a;--back:#16191d;--main:#8cc26b}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
header{padding:12px 20px;border-bottom:1px solid var(--line);background:var(--paper);display:flex;gap:12px;align-items:baseline}
header strong{color:var(--main)}header span{color:var(--dim);font-size:14px}
main{max-width:520px;margin:48px auto;padding:28px;background:var(--paper);border:1px solid var(--line);border-radius:8px}
main.wide{max-width:860px}h1{font-size:22px;margin:0 0 16px}label{display:block;margin:14px 0 4px;font-weight:600}
input{width:100%;padding:9px 10px;font:inherit;color:inherit;background:var(--back);border:1px solid var(--line);border-radius:6px}
button{font:inherit;font-weight:600;padding:9px 16px;margin:20px 8px 0 0;border-radius:6px;border:1px solid var(--line);background:var(--back);color:inherit;cursor:pointer}
button.primary{background:#3d672a;border-color:#3d672a;color:#fff}[role=alert]{padding:10px 12px;border:1px solid #b3261e;border-radius:6px}
.dim{color:var(--dim);font-size:14px}a{color:var(--main)}pre{white-space:pre-wrap;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}td{padding:6px 8px;border-top:1px solid var(--line)}
code{font-size:14px}`;

/** `signedInAs` is a login or '' for nobody. */
export function layout(title: string, body: string, signedInAs = '', wide = false): string {
  const who = signedInAs === '' ? '' : `<span>signed in as ${escapeHtml(signedInAs)}</span>`;
  return `<!DOCTYPE html>
<html lang="en-US">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - Gitea sandbox</title><style>${STYLE}</style></head>
<body><header><strong>Gitea</strong><span>sandbox</span>${who}</header>
<main${wide ? ' class="wide"' : ''}>${body}</main></body></html>
`;
}

/** The sign-in form below `home`. `people` are shown as a hint, because everybody in a sandbox is made up. */
export function signInPage(
  home: string,
  csrf: string,
  error: string,
  login: string,
  people: readonly string[],
): string {
  const alert = error === '' ? '' : `<p role="alert">${escapeHtml(error)}</p>`;
  const hint = people.map((name) => `<code>${escapeHtml(name)}</code>`).join(', ');
  return layout(
    'Sign In',
    `<h1>Sign In</h1>${alert}
<form method="post" action="${escapeHtml(home)}user/login">
<input type="hidden" name="_csrf" value="${escapeHtml(csrf)}">
<label for="user_name">Username or Email Address</label>
<input id="user_name" name="user_name" value="${escapeHtml(login)}" autocomplete="username" autofocus required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="primary" type="submit">Sign In</button>
</form>
<p class="dim">People of this sandbox: ${hint}</p>`,
  );
}

export interface ConsentQuestion {
  application: string;
  owner: string;
  login: string;
  csrf: string;
  clientId: string;
  redirectUri: string;
  state: string;
  scope: string;
  subPath: string;
}

function askedFor(scope: string): string {
  return scope === ''
    ? 'read and write all your account information, private repositories and organisations included'
    : `do what these scopes allow: <code>${escapeHtml(scope)}</code>`;
}

/** Asked once per person and application. */
export function consentPage(q: ConsentQuestion): string {
  const hidden = Object.entries({
    _csrf: q.csrf,
    client_id: q.clientId,
    state: q.state,
    scope: q.scope,
    nonce: '',
    redirect_uri: q.redirectUri,
  })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join('\n');
  return layout(
    'Authorize',
    `<h1>Authorize "${escapeHtml(q.application)}" to access your account?</h1>
<p>The application <strong>${escapeHtml(q.application)}</strong> was created by ${escapeHtml(q.owner)}. If you grant the access,
it will be able to ${askedFor(q.scope)}.</p>
<p class="dim">You will be redirected to <code>${escapeHtml(q.redirectUri)}</code>.</p>
<form method="post" action="${escapeHtml(q.subPath)}/login/oauth/grant">
${hidden}
<button class="primary" type="submit" id="authorize-app" name="granted" value="true">Authorize Application</button>
<button type="submit" name="granted" value="false">Cancel</button>
</form>`,
    q.login,
  );
}

export function errorPage(title: string, text: string): string {
  return layout(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
}
