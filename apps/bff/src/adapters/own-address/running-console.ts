import { request } from 'undici';

/** By which a console is known, where one answers at that port of this machine; null: nothing does, or something else. */
export async function runningConsole(at: {
  host: string;
  port: number;
  /** Where a console says which one it is. */
  path: string;
}): Promise<string | null> {
  const host = ['0.0.0.0', '::'].includes(at.host) ? '127.0.0.1' : at.host;
  const authority = host.includes(':') ? `[${host}]` : host;
  try {
    const answer = await request(`http://${authority}:${at.port}${at.path}`, {
      // Called by a name that every console knows, whatever it listens on.
      ...{ headers: { host: 'localhost' }, headersTimeout: 3_000, bodyTimeout: 3_000 },
    });
    const value = (await answer.body.json()) as { instance?: unknown } | null;
    return typeof value?.instance === 'string' ? value.instance : null;
  } catch {
    return null;
  }
}
