/**
 * Percent-encodes one segment the way Go's `url.URL` spells a path. Drone 1.x and 2.x route on chi 3, which decodes a
 * path only if it is spelled exactly so; any other spelling and every segment reaches the handler undecoded, and the
 * lookup fails. Literal: letters, digits and `- _ . ~ $ & + , / : ; = @`.
 */
export function goPath(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(?:24|26|2B|2C|2F|3A|3B|3D|40)/g, (code) => decodeURIComponent(code));
}
