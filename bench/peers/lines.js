/** The log as lists take it: all lines in memory. `most`: no more than so many. */
export async function linesOfLog(most) {
  const lines = (await (await fetch(`/log.txt${most ? `?lines=${most}` : ''}`)).text()).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
