/**
 * `when.evaluate`: the part of the expression language that pipeline files use. Comparisons, `in` with a list,
 * `contains`, `startsWith`, `endsWith`, `matches`, `and`/`&&`, `or`/`||`, `not`/`!`, brackets.
 */
type Value = string | boolean | Value[];

const token =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(==|!=|&&|\|\||[()![\],])|([A-Za-z_]\w*)|(\d+(?:\.\d+)?))/y;

/** @throws SyntaxError when the text is no expression of this kind; the server makes that a compiler error. */
export function evaluate(source: string, names: ReadonlyMap<string, string>): boolean {
  const words = tokenize(source);
  let at = 0;
  const peek = (): string | undefined => words[at];
  const take = (word: string): boolean => {
    if (words[at] !== word) return false;
    at += 1;
    return true;
  };
  const need = (word: string): void => {
    if (!take(word)) throw new SyntaxError(`unexpected ${peek() ?? 'end'}, ${word} is wanted`);
  };
  const list = (): Value[] => {
    const items: Value[] = [];
    while (!take(']')) {
      items.push(primary());
      if (!take(',')) {
        need(']');
        break;
      }
    }
    return items;
  };
  const primary = (): Value => {
    const word = words[at++];
    if (word === undefined) throw new SyntaxError('unexpected end');
    if (word === '(') {
      const inner = either();
      need(')');
      return inner;
    }
    if (word === '[') return list();
    if (word === '!' || word === 'not') return !truth(comparison());
    if (word === 'true' || word === 'false') return word === 'true';
    if (/^["']/.test(word)) return word.slice(1, -1).replace(/\\(.)/g, '$1');
    if (/^\d/.test(word)) return word;
    if (/^[A-Za-z_]/.test(word)) return names.get(word) ?? '';
    throw new SyntaxError(`unexpected ${word}`);
  };
  const comparison = (): Value => {
    const left = primary();
    const operator = peek();
    if (operator === 'not' && words[at + 1] === 'in') {
      at += 2;
      return !within(left, primary());
    }
    const compare = operator === undefined ? undefined : comparisons.get(operator);
    if (!compare) return left;
    at += 1;
    return compare(left, primary());
  };
  const both = (): Value => {
    let left = comparison();
    while (take('&&') || take('and')) {
      const right = comparison();
      left = truth(left) && truth(right);
    }
    return left;
  };
  const either = (): Value => {
    let left = both();
    while (take('||') || take('or')) {
      const right = both();
      left = truth(left) || truth(right);
    }
    return left;
  };
  const result = truth(either());
  if (at < words.length) throw new SyntaxError(`unexpected ${peek()}`);
  return result;
}

const truth = (value: Value): boolean => value === true;
const within = (left: Value, right: Value): boolean =>
  Array.isArray(right) ? right.includes(left) : String(right).includes(String(left));

const comparisons = new Map<string, (left: Value, right: Value) => boolean>([
  ['==', (left, right) => left === right],
  ['!=', (left, right) => left !== right],
  ['in', within],
  ['contains', (left, right) => String(left).includes(String(right))],
  ['startsWith', (left, right) => String(left).startsWith(String(right))],
  ['endsWith', (left, right) => String(left).endsWith(String(right))],
  ['matches', (left, right) => new RegExp(String(right)).test(String(left))],
]);

function tokenize(source: string): string[] {
  const words: string[] = [];
  token.lastIndex = 0;
  const text = source.trimEnd();
  while (token.lastIndex < text.length) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new SyntaxError(`unexpected ${text.slice(from, from + 10)}`);
    words.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  return words;
}
