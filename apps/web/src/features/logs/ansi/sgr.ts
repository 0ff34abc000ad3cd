import type { Look } from '@flightdeck/api-client/model';

/** SGR parameters, one code each, that produce this look from plain; '' for plain. Inverse is resolved here. */
export function toSgr(look: Look): number[][] {
  const codes: number[][] = [];
  const [fg, bg] = look.inverse ? [look.bg, look.fg] : [look.fg, look.bg];
  // The ground first: its element is the outer one, so that styles can say what stands on it.
  if (typeof bg === 'number') codes.push([48, 5, bg]);
  if (look.bold) codes.push([1]);
  if (look.italic) codes.push([3]);
  if (look.underline) codes.push([4]);
  if (look.strike) codes.push([9]);
  if (typeof fg === 'number') codes.push([38, 5, fg]);
  return codes;
}
