/** The suite's faults as the sandbox's control door takes them. */
export const sandboxFaults = {
  error: { status: 500, contentType: 'application/json', body: '{"message":"failed on purpose"}' },
  unavailable: { status: 503, body: 'upstream away on purpose' },
  page: { status: 200, contentType: 'text/html', body: '<!doctype html><title>Sign in</title>' },
  garbage: { status: 200, contentType: 'application/json', body: '{"message":' },
  refuse: { refuse: true },
  // Of the sandbox's own time, which stands still between two pauses.
  slow: { delay: 3_600_000 },
} as const;
