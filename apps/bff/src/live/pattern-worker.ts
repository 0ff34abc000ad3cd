/**
 * Body of the worker that runs people's regular expressions over a log in memory: a pattern that backtracks for ever holds
 * up that worker and nothing else. Plain JavaScript in a string: it is the same from source, from the bundle and under a
 * test runner. Answers the matching lines and where they match, of the first 100 lines.
 */
export const patternWorker = `
const { parentPort } = require('node:worker_threads');
let pattern = null;
let word = false;
const letter = /[\\p{L}\\p{N}_]/u;
const last = (text) => [...text].at(-1) ?? '';
function placesOf(line) {
  const ranges = [];
  pattern.lastIndex = 0;
  for (let found = pattern.exec(line); found && ranges.length < 100; found = pattern.exec(line)) {
    const from = found.index;
    const to = from + found[0].length;
    if (to === from) pattern.lastIndex += 1;
    else if (!word || !(letter.test(last(line.slice(Math.max(0, from - 2), from))) || (to < line.length && letter.test(String.fromCodePoint(line.codePointAt(to))))))
      ranges.push([from, to]);
    else pattern.lastIndex = from + 1;
  }
  return ranges;
}
parentPort.on('message', (message) => {
  if (message.source !== undefined) {
    pattern = new RegExp(message.source, message.flags + 'g');
    word = message.word;
  }
  const hits = [];
  for (let index = 0; index < message.lines.length; index++) {
    const line = message.lines[index];
    pattern.lastIndex = 0;
    const told = word || hits.length < 100;
    const ranges = told && (word || pattern.test(line)) ? placesOf(line) : null;
    pattern.lastIndex = 0;
    if (word ? ranges.length > 0 : told ? ranges !== null : pattern.test(line)) hits.push({ index, ranges });
  }
  parentPort.postMessage(hits);
});
`;
