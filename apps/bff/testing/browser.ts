/** A browser as far as signing in needs one: cookies by host, redirects by hand, forms by their hidden fields. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();
  readonly headers: Record<string, string>;

  constructor(headers: Record<string, string> = {}) {
    this.headers = headers;
  }

  /** Cookies for an address, as one header. */
  cookies(url: string): string {
    return [...this.#jar(url)].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  setCookie(url: string, name: string, value: string): void {
    this.#jar(url).set(name, value);
  }

  #jar(url: string): Map<string, string> {
    // Browsers do not tell ports apart, but a test's forge and console share one host: they must not share a jar.
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    return jar;
  }

  async go(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = this.cookies(url);
    const response = await fetch(url, {
      redirect: 'manual',
      ...init,
      headers: { accept: 'text/html', ...this.headers, ...(cookie ? { cookie } : {}), ...headersOf(init) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const gone = attributes.some((part) => /^\s*expires=thu, 01 jan 1970/i.test(part));
      if (gone) this.#jar(url).delete(pair.slice(0, at));
      else this.#jar(url).set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  /** Follows redirects until a page, or until `stop` says so (the address that was not followed is the result). */
  async follow(
    url: string,
    stop: (url: string) => boolean = () => false,
  ): Promise<{ url: string; response: Response | null }> {
    let at = url;
    for (let hops = 0; hops < 15; hops++) {
      if (stop(at)) return { url: at, response: null };
      const response = await this.go(at);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || !location) return { url: at, response };
      await response.arrayBuffer();
      at = new URL(location, at).href;
    }
    throw new Error(`too many redirects from ${url}`);
  }

  /** Sends the form of a page: its hidden fields and `fields`. */
  async submit(pageUrl: string, html: string, fields: Record<string, string>): Promise<string> {
    const action = /<form[^>]*action="([^"]*)"/.exec(html)?.[1] ?? pageUrl;
    const all = new URLSearchParams();
    for (const [, name = '', value = ''] of html.matchAll(
      /<input type="hidden" name="([^"]+)" value="([^"]*)">/g,
    )) {
      all.set(name, value.replaceAll('&amp;', '&'));
    }
    for (const [name, value] of Object.entries(fields)) all.set(name, value);
    const response = await this.go(new URL(action.replaceAll('&amp;', '&'), pageUrl).href, {
      method: 'POST',
      body: all,
    });
    const location = response.headers.get('location');
    if (!location)
      throw new Error(`the form of ${pageUrl} led nowhere: ${response.status} ${await response.text()}`);
    return new URL(location, pageUrl).href;
  }

  /** From any address of the console or the forge through the forge's pages, until `stop`. */
  async throughForge(
    url: string,
    who: { login: string; password: string },
    stop: (url: string) => boolean = () => false,
    consent: 'true' | 'false' = 'true',
  ): Promise<{ url: string; response: Response | null }> {
    let next = url;
    for (let pages = 0; pages < 4; pages++) {
      const end = await this.follow(next, stop);
      if (!end.response) return end;
      const html = await end.response.clone().text();
      if (html.includes('name="user_name"')) {
        next = await this.submit(end.url, html, { user_name: who.login, password: who.password });
      } else if (html.includes('name="user[login]"')) {
        next = await this.submit(end.url, html, {
          'user[login]': who.login,
          'user[password]': who.password,
        });
      } else if (html.includes('name="granted"')) {
        next = await this.submit(end.url, html, { granted: consent });
      } else if (html.includes('action="/oauth/authorize"')) {
        // Two forms: the first one says yes, the second one no.
        const forms = html.split('<form').slice(1);
        next = await this.submit(end.url, `<form${forms[consent === 'true' ? 0 : 1]}`, {});
      } else return end;
    }
    throw new Error('the forge asks and asks');
  }
}

const headersOf = (init: RequestInit): Record<string, string> =>
  (init.headers ?? {}) as Record<string, string>;
