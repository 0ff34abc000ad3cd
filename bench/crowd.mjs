/** People with sessions of their own, as the forge and the console know them. */

/** Answers the sessions of so many people who were brought to the forge and signed in through its pages. */
export async function crowd(world, count) {
  const sessions = [];
  for (let number = 1; number <= count; number += 1) {
    const person = { login: `viewer-${number}`, password: `viewer-${number}-sandbox` };
    await world.control('POST', '/people', person);
    sessions.push(await world.signIn(person));
  }
  return sessions;
}
