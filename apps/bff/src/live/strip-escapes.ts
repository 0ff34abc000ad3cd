/**
 * Escape sequences of a terminal: CSI (colours, cursor), OSC (titles, links; ended by BEL or ST), the other string
 * sequences (DCS, SOS, PM, APC), and short escapes. 7 and 8 bit forms. A sequence that breaks off at the end of its
 * line is removed too; an ESC before something that is none is removed alone.
 */
const escapes = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*(?:[@-~]|(?=\\n)|$)',
    '(?:\\u001b\\]|\\u009d)[^\\u0007\\u001b\\u009c\\n]*(?:\\u0007|\\u001b\\\\|\\u009c|(?=[\\u001b\\n])|$)',
    '(?:\\u001b[PX^_]|[\\u0090\\u0098\\u009e\\u009f])[^\\u001b\\u009c\\n]*(?:\\u001b\\\\|\\u009c|(?=[\\u001b\\n])|$)',
    '\\u001b[ -/]*[0-~]',
    '\\u001b',
  ].join('|'),
  'g',
);

/**
 * The characters a person reads, of one line or of several (a line feed stays where it is). Linear in the length of the
 * text; `\r` and other control characters stay.
 */
export function stripEscapes(text: string): string {
  return /[\u001b\u0090\u0098\u009b\u009d-\u009f]/.test(text) ? text.replace(escapes, '') : text;
}
