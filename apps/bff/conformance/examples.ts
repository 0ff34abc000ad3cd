import type { BuildHead, Promotion } from '@flightdeck/api-client/model';

/** A build head as a push made it; tests say what differs. */
export function aHead(number: number, more: Partial<BuildHead> = {}): BuildHead {
  return {
    number,
    status: 'success',
    event: 'push',
    action: '',
    error: null,
    title: '',
    message: `change ${number}`,
    commit: 'c0ffee'.padEnd(40, '0'),
    before: null,
    ref: 'refs/heads/main',
    branch: 'main',
    sourceBranch: null,
    fork: null,
    pullRequest: null,
    tag: null,
    author: { login: 'ada', name: 'Ada', avatarUrl: null },
    startedBy: null,
    cron: null,
    parent: null,
    environment: null,
    parameters: {},
    debug: false,
    createdAt: 1_700_000_000_000 + number,
    startedAt: null,
    finishedAt: null,
    version: 1,
    ...more,
  };
}

export function aPromotion(key: string, more: Partial<Promotion> = {}): Promotion {
  return {
    key,
    kind: 'promote',
    server: 'ci',
    path: 'acme/checkout',
    from: 7,
    commit: 'c0ffee'.padEnd(40, '0'),
    environment: 'production',
    parameters: { REGION: '欧洲' },
    by: 'ada',
    requestedAt: 1_000,
    state: 'sending',
    build: null,
    raw: null,
    ...more,
  };
}
