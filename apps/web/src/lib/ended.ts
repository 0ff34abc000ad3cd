/** Long enough for the shell to notice that nobody is signed in; later it was something else. */
const FOR_MS = 15_000;

let last: { forge: string; at: number } | null = null;

/** A forge no longer takes the person's sign-in: if that ends the session, the sign-in page says which one it was. */
export function noteEnded(forge: string | null): void {
  if (forge) last = { forge, at: Date.now() };
}

export function takeEnded(): string | undefined {
  const found = last && Date.now() - last.at < FOR_MS ? last.forge : undefined;
  last = null;
  return found;
}
