import session, { type SessionData } from 'express-session';
import type { Clock } from '../ports/clock.ts';
import type { PersonKey, Store } from '../ports/store.ts';
import type { SessionCache } from './session-cache.ts';
import { sessionHash } from './session-cookie.ts';

declare module 'express-session' {
  interface SessionData {
    person?: PersonKey;
  }
}

export interface SessionLimits {
  idleMs: number;
  absoluteMs: number;
  touchMs: number;
}

/** When a session ends: so long after the last input, and so long after signing in, whichever comes first. */
export const expiryOf = (createdAt: number, touchedAt: number, limits: SessionLimits): number =>
  Math.min(touchedAt + limits.idleMs, createdAt + limits.absoluteMs);

/**
 * Sessions of express-session in our store. It has no `touch`: only a person's input extends a session
 * (`http/session.ts`), never the page's own polling.
 */
export class SessionStore extends session.Store {
  private readonly sessions: Store['sessions'];
  private readonly clock: Clock;
  private readonly limits: SessionLimits;

  private readonly cache: SessionCache;

  constructor(deps: {
    sessions: Store['sessions'];
    cache: SessionCache;
    clock: Clock;
    limits: SessionLimits;
  }) {
    super();
    this.sessions = deps.sessions;
    this.cache = deps.cache;
    this.clock = deps.clock;
    this.limits = deps.limits;
  }

  override get(id: string, done: (error: unknown, data?: SessionData | null) => void): void {
    this.cache.get(sessionHash(id)).then(
      (session) => done(null, session ? (JSON.parse(session.record.data) as SessionData) : null),
      (error: unknown) => done(error),
    );
  }

  override set(id: string, data: SessionData, done?: (error?: unknown) => void): void {
    this.write(sessionHash(id), data).then(() => done?.(), done);
  }

  private async write(hash: string, data: SessionData): Promise<void> {
    const now = this.clock.now();
    this.cache.forget(hash);
    const before = await this.sessions.get(hash);
    const createdAt = before?.createdAt ?? now;
    await this.sessions.put({
      hash,
      data: JSON.stringify(data),
      person: data.person ?? null,
      createdAt,
      touchedAt: now,
      expiresAt: expiryOf(createdAt, now, this.limits),
    });
  }

  override destroy(id: string, done?: (error?: unknown) => void): void {
    this.cache.forget(sessionHash(id));
    this.sessions.remove(sessionHash(id)).then(() => done?.(), done);
  }
}
