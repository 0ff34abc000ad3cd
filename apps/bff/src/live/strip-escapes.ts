/**
 * What a terminal takes for itself: CSI (colours, cursor), OSC (titles, links; ended by BEL or ST) and the other string
 * sequences (DCS, SOS, PM, APC), short escapes, and control characters, but for tab, backspace and the line's ends. A CSI
 * that breaks off at the end of its line goes too. Of a string that is not ended within 4,096 characters only the introducer
 * goes, and of an ESC before something that is no sequence the ESC alone: no text disappears. The page shows the same
 * (`printed-line.ts`), so that whatever is read there is found.
 */
const escapes = new RegExp(
  [
    '(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*(?:[@-~]|(?=\\n)|$)',
    '\\u001b[\\]PX^_][^\\u0007\\u001b\\u009c\\n]{0,4095}(?:\\u0007|\\u001b\\\\|\\u009c)',
    '\\u001b[ -/]*[0-~]',
    '[\\u0000-\\u0007\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]',
  ].join('|'),
  'g',
);

/**
 * The characters a person reads, of one line or of several (a line feed stays where it is). Linear in the length of the
 * text; `\r` and backspaces stay.
 */
export function stripEscapes(text: string): string {
  return /[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(text)
    ? text.replace(escapes, '')
    : text;
}
