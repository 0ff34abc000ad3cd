/**
 * Go's `filepath.Match`, which Drone uses for every condition: `*` and `?` stop at `/`, `[a-z]` and `[^a]`, `\` escapes.
 * A malformed pattern matches nothing.
 */
export function globMatches(pattern: string, text: string): boolean {
  let source = '';
  for (let i = 0; i < pattern.length; i += 1) {
    const char = pattern.charAt(i);
    if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '\\') {
      i += 1;
      if (i >= pattern.length) return false;
      source += quoted(pattern.charAt(i));
    } else if (char === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) return false;
      const body = pattern.slice(i + 1, end);
      source += `[${body.startsWith('^') ? '^' : ''}${body.replace(/^\^/, '').replace(/[\\\]^[]/g, '\\$&')}]`;
      i = end;
    } else source += quoted(char);
  }
  try {
    return new RegExp(`^${source}$`, 'su').test(text);
  } catch {
    return false;
  }
}

const quoted = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** A pattern that names exactly one thing. */
export const isLiteral = (pattern: string): boolean => !/[*?[\\]/.test(pattern);
