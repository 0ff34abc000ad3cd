interface Route<Call> {
  method: string;
  parts: string[];
  handler: (call: Call) => void | Promise<void>;
}

/** Paths with `{name}` segments and a last `*` for the rest, matched segment by segment. */
export class Router<Call> {
  #routes: Route<Call>[] = [];

  on(method: string, pattern: string, handler: Route<Call>['handler']): this {
    this.#routes.push({ method, parts: pattern.split('/').slice(1), handler });
    return this;
  }

  /** Takes routes away again: what another version of the server does not have. */
  remove(isGone: (method: string, pattern: string) => boolean): void {
    this.#routes = this.#routes.filter(({ method, parts }) => !isGone(method, `/${parts.join('/')}`));
  }

  /** The handler, `wrong method`, or nothing. Plain segments win over named ones, as they come first. */
  find(
    method: string,
    path: string,
  ): { handler: Route<Call>['handler']; params: Record<string, string> } | 'method' | undefined {
    const parts = path
      .replace(/(.)\/$/, '$1')
      .split('/')
      .slice(1);
    let seen = false;
    for (const route of this.#routes) {
      const params = match(route.parts, parts);
      if (!params) continue;
      if (route.method === method || route.method === '*') return { handler: route.handler, params };
      seen = true;
    }
    return seen ? 'method' : undefined;
  }
}

function match(pattern: string[], parts: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    if (wanted === '*') {
      params['*'] = parts.slice(index).join('/');
      return parts.length > index ? params : undefined;
    }
    const given = parts[index];
    if (given === undefined) return undefined;
    if (wanted.startsWith('{')) params[wanted.slice(1, -1)] = given;
    else if (wanted !== given) return undefined;
  }
  return parts.length === pattern.length ? params : undefined;
}
