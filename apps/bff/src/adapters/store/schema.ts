/**
 * One schema for every engine: text, integers, JSON as text, booleans as 0/1, instants as Unix milliseconds.
 * Columns named `sealed_*` hold what `sealed.ts` makes, never plain text.
 */
export interface Schema {
  people: PersonColumns & {
    login: string;
    name: string;
    email: string | null;
    avatar_url: string | null;
    /** JSON of the model's preferences; null until the person chose something. */
    preferences: string | null;
  };
  /** Accounts that were added to another: at most one of a forge per owner. */
  identities: PersonColumns & { owner_forge: string; owner_user_id: string; added_at: number };
  favourites: PersonColumns & { server: string; path: string };
  dismissals: PersonColumns & { server: string };
  sessions: {
    hash: string;
    data: string;
    forge: string | null;
    forge_user_id: string | null;
    created_at: number;
    touched_at: number;
    expires_at: number;
  };
  forge_tokens: PersonColumns & {
    sealed_access: string;
    sealed_refresh: string | null;
    expires_at: number | null;
    redirect_uri: string;
    revision: number;
  };
  linked_accounts: PersonColumns & {
    server: string;
    sealed_token: string;
    login: string;
    administrator: number;
    linked_at: number;
    state: string;
  };
  intents: PersonColumns & {
    key: string;
    kind: string;
    server: string;
    path: string;
    /** The forge's id; '' in rows from before it was kept. */
    forge_repo_id: string;
    requested_at: number;
    claimed_at: number;
    state: string;
    build: number | null;
    raw: string | null;
    /** JSON of the intent as it was claimed; state, build and raw stand in their own columns. */
    body: string;
  };
  audit: PersonColumns & {
    id: string;
    at: number;
    login: string;
    session_hash: string;
    address: string;
    action: string;
    server: string | null;
    path: string | null;
    forge_repo_id: string;
    /** `build` of the request's facts and of the answer's, taken out so that a build's entries can be found. */
    build_number: number | null;
    answer_number: number | null;
    request: string;
    acts_as: string;
    outcome: string;
    answer: string | null;
  };
  registries: RepositoryColumns & {
    host: string;
    username: string;
    secret_name: string;
    changed_at: number;
    changed_by: string;
  };
  secret_notes: RepositoryColumns & { name: string; changed_at: number; changed_by: string };
  build_heads: IndexColumns & {
    number: number;
    status: string;
    event: string;
    branch: string;
    author: string;
    environment: string | null;
    version: number;
    body: string;
  };
  index_reach: IndexColumns & {
    oldest: number | null;
    newest: number | null;
    complete: number;
    as_of: number | null;
  };
  runner_sights: {
    server: string;
    runner: string;
    type: string;
    os: string;
    arch: string;
    labels: string;
    last_taken_at: number;
  };
}

interface PersonColumns {
  forge: string;
  forge_user_id: string;
}

interface RepositoryColumns {
  server: string;
  path: string;
  forge_repo_id: string;
}

interface IndexColumns {
  server: string;
  forge_repo_id: string;
}
