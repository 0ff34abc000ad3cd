const within = (char: string | undefined, from: string, to: string): boolean =>
  char !== undefined && char >= from && char <= to;
const strings = new Set(']PX^_');
const isControl = (char: string): boolean =>
  !'\t\n\r\b'.includes(char) && (char < ' ' || within(char, '\u007f', '\u009f'));

/** Where a sequence that begins at `start` ends: read one character at a time, in the most naive way. */
function afterSequence(text: string, start: number): number {
  const isEscape = text[start] === '\u001b';
  if (!isEscape || text[start + 1] === '[') {
    let at = start + (isEscape ? 2 : 1);
    while (within(text[at], '0', '?')) at += 1;
    while (within(text[at], ' ', '/')) at += 1;
    if (at >= text.length) return text.length;
    if (within(text[at], '@', '~')) return at + 1;
    return start + (isEscape ? 2 : 1);
  }
  if (strings.has(text[start + 1] ?? '')) {
    for (let at = start + 2; at < text.length && at < start + 2 + 4_096; at += 1) {
      if (text[at] === '\u0007' || text[at] === '\u009c') return at + 1;
      if (text[at] === '\u001b') return text[at + 1] === '\\' ? at + 2 : start + 2;
    }
    return start + 2;
  }
  let at = start + 1;
  while (within(text[at], ' ', '/')) at += 1;
  return within(text[at], '0', '~') ? at + 1 : start + 1;
}

/**
 * What a person reads of one line: without escape sequences and control characters; `\r` and backspaces stay. A sequence
 * that is broken hides no text.
 */
export function readNaively(line: string): string {
  let read = '';
  for (let at = 0; at < line.length; ) {
    const char = line[at] as string;
    if (char === '\u001b' || char === '\u009b') at = afterSequence(line, at);
    else {
      if (!isControl(char)) read += char;
      at += 1;
    }
  }
  return read;
}
