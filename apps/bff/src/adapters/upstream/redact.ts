const longest = 500;

/**
 * An upstream's own words, fit for a screen and a log: at most 500 characters, no control characters,
 * nothing that looks like a credential, and none of `secrets`.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text.slice(0, longest * 8);
  for (const secret of secrets) {
    if (secret.length >= 4) clean = clean.replaceAll(secret, '[redacted]');
  }
  clean = clean
    .replace(/\b(bearer|basic|token)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 [redacted]')
    .replace(
      /([?&](?:access_token|token|private_token|client_secret|refresh_token|code)=)[^&\s"']+/gi,
      '$1[redacted]',
    )
    .replace(
      /("(?:access_token|refresh_token|token|client_secret|password|secret|data)"\s*:\s*")[^"]*"/gi,
      '$1[redacted]"',
    )
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted]')
    .replace(/(\w+:\/\/)[^/\s@]+@/g, '$1[redacted]@')
    .replace(/[\0-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}
