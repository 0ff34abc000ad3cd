/** Signs a person in through the forge's own pages, as a browser does: form, consent, back to the console. */

/** Answers the session's cookie: its name and value. */
export async function signIn(url, { login, password }) {
  const jars = new Map();
  let next = { to: new URL(`${url}/auth/forge/gitea?return=/`) };
  for (let hop = 0; hop < 12; hop += 1) {
    const { answer, jar } = await ask(jars, next);
    const back = answer.headers.get('location');
    const session = next.to.origin === url ? (jar.get('sid') ?? null) : null;
    if (session) return { name: 'sid', value: session };
    next = back === null ? formOf(await answer.text(), next.to) : { to: new URL(back, next.to) };
    if (next === null) break;
  }
  throw new Error(`${login} could not be signed in`);

  function formOf(html, at) {
    const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
    if (!action) return null;
    const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = new URLSearchParams(hidden.map(([, name, value]) => [name, unescaped(value)]));
    if (html.includes('name="password"')) {
      fields.set('user_name', login);
      fields.set('password', password);
    } else fields.set('granted', 'true');
    return { to: new URL(action, at), fields };
  }
}

async function ask(jars, { to, fields }) {
  const jar = jars.get(to.origin) ?? new Map();
  jars.set(to.origin, jar);
  const answer = await fetch(to, {
    method: fields ? 'POST' : 'GET',
    redirect: 'manual',
    headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(fields ? { body: fields } : {}),
  });
  for (const line of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value) jar.set(name, value);
    else jar.delete(name);
  }
  return { answer, jar };
}

const unescaped = (text) =>
  text
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
