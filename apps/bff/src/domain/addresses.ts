/** Same origin, and at or below its path where it has one. Neither a case nor a default port makes a difference. */
export function isBelow(address: string, base: string): boolean {
  if (!URL.canParse(address) || !URL.canParse(base)) return false;
  const [one, other] = [new URL(address), new URL(base)];
  const path = other.pathname.replace(/\/+$/, '');
  return one.origin === other.origin && (one.pathname === path || one.pathname.startsWith(`${path}/`));
}

/** Two spellings of one address. */
export const isSameAddress = (one: string, other: string): boolean =>
  isBelow(one, other) && isBelow(other, one);
