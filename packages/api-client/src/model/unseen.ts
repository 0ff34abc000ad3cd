/**
 * Turns text around (bidi controls) or takes no room at all: zero-width space and no-break space, soft hyphen, fillers,
 * line and paragraph separators, tag characters, whatever else Unicode says may be ignored. Joiners are none of them, nor
 * what chooses between forms of the character before it (U+FE0E, U+FE0F, U+E0100…): emoji and several scripts need them.
 * For regular expressions with `u`.
 */
export const UNSEEN =
  '(?!\\u200c|\\u200d|\\ufe0e|\\ufe0f|[\\u{e0100}-\\u{e01ef}])[\\p{Default_Ignorable_Code_Point}\\u2028\\u2029\\ufff9-\\ufffb\\u{13430}-\\u{1345f}]';

/** What is shown instead of one of them: it could make a line read as what it is not. */
export const signOf = (unseen: string): string =>
  `‹U+${(unseen.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;
