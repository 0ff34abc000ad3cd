import type { PersonRecord } from '../ports/store.ts';
import type { Caller } from './context.ts';

/** Every account of the caller on a forge, the one they are looked at as first. */
export const identitiesOf = (caller: Caller): readonly PersonRecord[] => [
  caller.person,
  ...(caller.others ?? []),
];

/** The caller as their account on a forge; null where they have none. What is done there then carries that name. */
export function callerOn(caller: Caller, forge: string): Caller | null {
  if (caller.person.forge === forge) return caller;
  const person = caller.others?.find((other) => other.forge === forge);
  if (!person) return null;
  return { ...caller, person, others: identitiesOf(caller).filter((other) => other !== person) };
}

/** The caller as each of their accounts, the first one first. */
export const asEach = (caller: Caller): Caller[] =>
  identitiesOf(caller).flatMap((person) => callerOn(caller, person.forge) ?? []);

/** Which CI servers are there for the caller: those of forges where they have an account. */
export const reaches = (caller: Caller, server: { declaration: { forge: string } }): boolean =>
  callerOn(caller, server.declaration.forge) !== null;
