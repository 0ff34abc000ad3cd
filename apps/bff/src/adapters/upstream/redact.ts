const longest = 500;
/** As many characters of a secret in a row, in any spelling, are taken for a piece of it. */
const piece = 8;

/**
 * An upstream's own words, fit for a screen and a log: at most 500 characters, no control characters,
 * nothing that looks like a credential, and none of `secrets`: neither whole nor cut off, quoted as JSON, for an address,
 * in hexadecimal or base64.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text.slice(0, longest * 8);
  for (const secret of secrets) {
    if (secret.length >= 4) clean = clean.replaceAll(secret, '[redacted]');
  }
  clean = withoutPieces(clean, secrets)
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

/** Every stretch of eight characters or more that a secret has too becomes one mark. */
function withoutPieces(text: string, secrets: readonly string[]): string {
  if (text.length < piece) return text;
  // The text is short and a secret may be long: the text's pieces are looked for in the secret, not the other way round.
  const asked = new Set<string>();
  for (let at = 0; at + piece <= text.length; at += 1) asked.add(text.slice(at, at + piece));
  const pieces = new Set<string>();
  for (const spelling of secrets.flatMap(spellingsOf)) {
    for (let at = 0; at + piece <= spelling.length; at += 1) {
      const one = spelling.slice(at, at + piece);
      if (asked.has(one)) pieces.add(one);
    }
  }
  if (pieces.size === 0) return text;
  const parts: string[] = [];
  let from = 0;
  let end = -1;
  for (let at = 0; at + piece <= text.length; at += 1) {
    if (!pieces.has(text.slice(at, at + piece))) continue;
    if (at > end) parts.push(text.slice(from, at), '[redacted]');
    end = at + piece;
    from = end;
  }
  return parts.join('') + text.slice(from);
}

function spellingsOf(secret: string): string[] {
  if (secret.length < 4) return [];
  const bytes = Buffer.from(secret, 'utf8');
  // Base64 of a text within a text depends on where it begins; whole groups of three bytes do not.
  const shifted = [0, 1, 2].map((skip) => bytes.subarray(skip, bytes.length - ((bytes.length - skip) % 3)));
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(bytes.toString('utf8')),
    bytes.toString('hex'),
    ...shifted.flatMap((part) => [part.toString('base64'), part.toString('base64url')]),
  ];
}
