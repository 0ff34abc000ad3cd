import { createHash } from 'node:crypto';
import type { CiUser, ForgeRepository, ForgeUser, Role } from './model.ts';
import type { World } from './world.ts';

/** MD5 of the address, as the forge names avatars. */
const avatarOf = (email: string): string => createHash('md5').update(email.toLowerCase()).digest('hex');

export interface PersonRequest {
  login: string;
  password: string;
  fullName?: string;
  isAdmin?: boolean;
  language?: string;
}

export function addPerson(world: World, request: PersonRequest): ForgeUser {
  const email = `${request.login}@example.test`;
  const user: ForgeUser = {
    id: world.forge.users.length + world.forge.organisations.length + 1,
    login: request.login,
    fullName: request.fullName ?? '',
    email,
    password: request.password,
    avatar: avatarOf(email),
    isAdmin: request.isAdmin ?? false,
    active: true,
    language: request.language ?? 'en-US',
    createdAt: world.clock.now(),
    lastLoginAt: 0,
    accessTokens: [],
  };
  world.forge.users.push(user);
  return user;
}

export function addOrganisation(
  world: World,
  name: string,
  fullName: string,
  owners: string[],
  members: string[] = [],
): void {
  world.forge.organisations.push({
    id: world.forge.users.length + world.forge.organisations.length + 1,
    name,
    fullName,
    avatar: avatarOf(name),
    visibility: 'public',
    owners,
    members,
  });
}

export interface RepositoryRequest {
  owner: string;
  name: string;
  description?: string;
  private?: boolean;
  collaborators?: Record<string, Role>;
  defaultBranch?: string;
}

export function addRepository(world: World, request: RepositoryRequest): ForgeRepository {
  const at = world.clock.now();
  const repo: ForgeRepository = {
    id: world.forge.repositories.length + 1,
    owner: request.owner,
    name: request.name,
    description: request.description ?? '',
    private: request.private ?? false,
    archived: false,
    defaultBranch: request.defaultBranch ?? 'main',
    collaborators: new Map(Object.entries(request.collaborators ?? {})),
    branches: new Map(),
    tags: new Map(),
    commits: new Map(),
    pulls: [],
    hooks: [],
    statuses: new Map(),
    createdAt: at,
    updatedAt: at,
  };
  world.forge.repositories.push(repo);
  return repo;
}

export interface CiUserRequest {
  login: string;
  token: string;
  admin?: boolean;
  machine?: boolean;
}

/** An account on the CI server. People have a forge token there; a machine user has none. */
export function addCiUser(world: World, request: CiUserRequest): CiUser {
  const person = world.forge.user(request.login);
  const now = world.clock.seconds();
  const user: CiUser = {
    id: world.ci.nextId('user'),
    login: request.login,
    email: '',
    machine: request.machine ?? false,
    admin: request.admin ?? false,
    active: true,
    avatar: person && !request.machine ? `${world.addresses.gitea}/avatars/${person.avatar}` : '',
    syncing: false,
    synced: request.machine ? 0 : now,
    created: now,
    updated: now,
    lastLogin: request.machine ? 0 : now,
    token: request.token,
    forgeToken: request.machine || !person ? undefined : { access: '', refresh: '' },
  };
  world.ci.users.push(user);
  return user;
}
