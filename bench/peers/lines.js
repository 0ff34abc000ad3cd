const most = new URLSearchParams(location.search).get('lines');

/** The text that is shown: all of the log, or its first `?lines=`. */
export const address = most ? `/log.txt?lines=${most}` : '/log.txt';

/** As lists take it: all lines in memory. */
export async function linesOfLog() {
  const lines = (await (await fetch(address)).text()).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
