export const escapeHtml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&#34;');

const STYLE = `
:root{color-scheme:light dark;--ink:#18171d;--dim:#626168;--line:#dcdcde;--paper:#fff;--back:#fbfafd;--main:#6b4fbb}
@media(prefers-color-scheme:dark){:root{--ink:#ececef;--dim:#a4a3a8;--line:#434248;--paper:#28272d;--back:#18171d;--main:#b5a3ea}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back)}
header{padding:12px 20px;border-bottom:1px solid var(--line);background:var(--paper)}header strong{color:var(--main)}
main{max-width:520px;margin:48px auto;padding:28px;background:var(--paper);border:1px solid var(--line);border-radius:8px}
h1{font-size:22px;margin:0 0 16px}label{display:block;margin:14px 0 4px;font-weight:600}
input{width:100%;padding:9px 10px;font:inherit;color:inherit;background:var(--back);border:1px solid var(--line);border-radius:4px}
button{font:inherit;font-weight:600;padding:9px 16px;margin:20px 8px 0 0;border-radius:4px;border:1px solid var(--line);background:var(--back);color:inherit}
button.primary{background:#5a3fa8;border-color:#5a3fa8;color:#fff}[role=alert]{padding:10px 12px;border:1px solid #b3261e}pre{white-space:pre-wrap}`;

export function layout(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · GitLab sandbox</title><style>${STYLE}</style></head>
<body><header><strong>GitLab</strong> sandbox</header><main>${body}</main></body></html>
`;
}

const hidden = (fields: Record<string, string>): string =>
  Object.entries(fields)
    .map(([name, text]) => `<input type="hidden" name="${name}" value="${escapeHtml(text)}">`)
    .join('\n');

export function signInPage(csrf: string, error: string, login: string, people: readonly string[]): string {
  const alert = error === '' ? '' : `<p role="alert">${escapeHtml(error)}</p>`;
  const hint = people.map((name) => `<code>${escapeHtml(name)}</code>`).join(', ');
  return layout(
    'Sign in',
    `<h1>GitLab</h1>${alert}
<form method="post" action="/users/sign_in">
${hidden({ authenticity_token: csrf })}
<label for="user_login">Username or primary email</label>
<input id="user_login" name="user[login]" value="${escapeHtml(login)}" autocomplete="username" autofocus required>
<label for="user_password">Password</label>
<input id="user_password" name="user[password]" type="password" autocomplete="current-password" required>
<button class="primary" type="submit">Sign in</button>
</form><p>People of this sandbox: ${hint}</p>`,
  );
}

/** `fields`: the whole question, which both forms repeat. Saying no is a DELETE, as a form can say it. */
export function consentPage(q: {
  application: string;
  login: string;
  csrf: string;
  fields: Record<string, string>;
}): string {
  const all = { authenticity_token: q.csrf, ...q.fields };
  return layout(
    'Authorize',
    `<h1>Authorize ${escapeHtml(q.application)} to use your account?</h1>
<p>You are signed in as <strong>${escapeHtml(q.login)}</strong>. This application will be able to:
<code>${escapeHtml(q.fields.scope ?? '')}</code></p>
<form method="post" action="/oauth/authorize">
${hidden(all)}
<button class="primary" type="submit" name="commit" value="yes">Authorize ${escapeHtml(q.application)}</button>
</form>
<form method="post" action="/oauth/authorize">
${hidden({ ...all, _method: 'delete' })}
<button type="submit">Cancel</button>
</form>`,
  );
}

export const errorPage = (title: string, text: string): string =>
  layout(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
