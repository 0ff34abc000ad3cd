import { type Level, reaches, repoPathSchema, stricter } from '@flightdeck/api-client/model';

/** What the forge says about a person and a repository. */
export interface OnForge {
  level: Level;
  /** Only people with a role in it may read it. */
  private: boolean;
  /** Owns it or was added to it: not only because it is public. */
  role: boolean;
}

/** What the CI server says about the repository; `visibility` may be a word we do not know. */
export interface OnServer {
  visibility: string;
  /** The person's own rights there, where a linked account was asked and told. */
  own: Level | null;
}

/** `null`: the CI server does not know the repository. */
export function levelOf(forge: OnForge, server: OnServer | null): Level {
  if (!server) return forge.level;
  if (!visibleTo(forge, server.visibility)) return 'none';
  if (server.own === null) return forge.level;
  // It answered this person, so it may be read; its row about them may be older than the forge's answer.
  return stricter(forge.level, server.own === 'none' ? 'read' : server.own);
}

function visibleTo(forge: OnForge, visibility: string): boolean {
  if (forge.level === 'none') return false;
  // Everybody who comes here has signed in.
  if (visibility === 'public' || visibility === 'internal') return true;
  if (visibility !== 'private') return false;
  // Private on the CI server and public on the forge: being able to read it there is not enough.
  return forge.private || forge.role || reaches(forge.level, 'write');
}

export type Denial = 'not_found' | 'needs_write' | 'needs_admin';

/** null: may pass. Who may not read learns nothing; who may read learns what is missing. */
export function denialOf(have: Level, need: 'read' | 'write' | 'admin'): Denial | null {
  if (reaches(have, need)) return null;
  if (have === 'none') return 'not_found';
  return need === 'admin' ? 'needs_admin' : 'needs_write';
}

/** A path that may be put into an upstream's address. Everything else does not exist. */
export const isRepoPath = (path: string): boolean => repoPathSchema.safeParse(path).success;

/** Forges ignore case in paths; anything more than case is another repository. */
export const samePath = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** One person on both sides: logins compared without case, as forges do. */
export const sameLogin = (a: string, b: string): boolean => a !== '' && a.toLowerCase() === b.toLowerCase();
