/**
 * `evaluate:` of a `when`, as far as it is about what is known beforehand: comparisons of variables with words, `in`,
 * `contains`, `startsWith`, `endsWith`, `and`, `or`, `not`. Everything else (functions, arithmetic, regular expressions,
 * variables the server alone knows) is unknown, and stays so unless the rest decides without it.
 */
export interface Evaluated {
  /** null: only the server can tell. */
  holds: boolean | null;
  /** Words the named variable is compared with, in order. */
  compared(variable: string): string[];
}

export function evaluate(source: string, variables: ReadonlyMap<string, string>): Evaluated {
  const tree = parse(source);
  const value = tree ? meaningOf(tree, variables) : unknown;
  return {
    holds: typeof value === 'boolean' ? value : null,
    compared: (variable) => (tree ? [...new Set(wordsBeside(tree, variable))] : []),
  };
}

const unknown = Symbol('unknown');
type Value = string | number | boolean | readonly Value[] | typeof unknown;

type Node =
  | { kind: 'word'; value: string | number | boolean }
  | { kind: 'name'; name: string }
  | { kind: 'list'; items: Node[] }
  | { kind: 'not'; of: Node }
  | { kind: 'pair'; operator: string; left: Node; right: Node };

const longest = 2_000;
const token =
  /\s*(?:(?<word>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>==|!=|&&|\|\||[()[\],!]))/y;

interface Token {
  kind: 'word' | 'number' | 'name' | 'sign';
  text: string;
}

function tokensOf(source: string): Token[] | null {
  const tokens: Token[] = [];
  const reader = new RegExp(token.source, 'y');
  const text = source.trim();
  while (reader.lastIndex < text.length) {
    const groups = reader.exec(text)?.groups;
    const found = groups && Object.entries(groups).find(([, value]) => value !== undefined);
    if (!found) return null;
    tokens.push({ kind: found[0] as Token['kind'], text: found[1] });
  }
  return tokens;
}

class Unreadable extends Error {}

/** null: not what is understood here. */
function parse(source: string): Node | null {
  const tokens = source.length > longest ? null : tokensOf(source);
  if (!tokens) return null;
  let at = 0;
  const peek = (): string => {
    const next = tokens[at];
    return next && next.kind !== 'word' && next.kind !== 'number' ? next.text : '';
  };
  const take = (...texts: string[]): string | null => {
    if (!texts.includes(peek())) return null;
    at += 1;
    return tokens[at - 1]?.text ?? null;
  };
  const need = (text: string): void => {
    if (!take(text)) throw new Unreadable();
  };

  function either(): Node {
    let left = both();
    while (take('||', 'or')) left = { kind: 'pair', operator: 'or', left, right: both() };
    return left;
  }
  function both(): Node {
    let left = inverted();
    while (take('&&', 'and')) left = { kind: 'pair', operator: 'and', left, right: inverted() };
    return left;
  }
  function inverted(): Node {
    return take('!', 'not') ? { kind: 'not', of: inverted() } : comparison();
  }
  function comparison(): Node {
    const left = single();
    const inverse = peek() === 'not';
    if (inverse) at += 1;
    const operator = take('==', '!=', 'in', 'contains', 'startsWith', 'endsWith');
    if (!operator) {
      if (inverse) throw new Unreadable();
      return left;
    }
    const pair: Node = { kind: 'pair', operator, left, right: single() };
    return inverse ? { kind: 'not', of: pair } : pair;
  }
  function single(): Node {
    if (take('(')) {
      const inside = either();
      need(')');
      return inside;
    }
    if (take('[')) return { kind: 'list', items: items() };
    const next = tokens?.[at];
    at += 1;
    if (next?.kind === 'word') return { kind: 'word', value: unquoted(next.text) };
    if (next?.kind === 'number') return { kind: 'word', value: Number(next.text) };
    if (next?.kind !== 'name') throw new Unreadable();
    if (next.text === 'true' || next.text === 'false') return { kind: 'word', value: next.text === 'true' };
    return { kind: 'name', name: next.text };
  }
  function items(): Node[] {
    const found: Node[] = [];
    while (!take(']')) {
      if (found.length > 0) need(',');
      found.push(single());
    }
    return found;
  }

  try {
    const tree = either();
    return at === tokens.length ? tree : null;
  } catch {
    return null;
  }
}

const unquoted = (text: string): string =>
  text.startsWith('`') ? text.slice(1, -1) : text.slice(1, -1).replace(/\\(.)/gs, '$1');

function meaningOf(node: Node, variables: ReadonlyMap<string, string>): Value {
  if (node.kind === 'word') return node.value;
  if (node.kind === 'name') return variables.get(node.name) ?? unknown;
  if (node.kind === 'list') return node.items.map((item) => meaningOf(item, variables));
  if (node.kind === 'not') {
    const value = meaningOf(node.of, variables);
    return typeof value === 'boolean' ? !value : unknown;
  }
  const left = meaningOf(node.left, variables);
  const right = meaningOf(node.right, variables);
  if (node.operator === 'and' || node.operator === 'or') {
    const decides = node.operator === 'or';
    if (left === decides || right === decides) return decides;
    return typeof left === 'boolean' && typeof right === 'boolean' ? !decides : unknown;
  }
  return compare(node.operator, left, right);
}

function compare(operator: string, left: Value, right: Value): boolean | typeof unknown {
  if (operator === 'in') {
    if (left === unknown || !Array.isArray(right)) return unknown;
    if (right.includes(left)) return true;
    return right.includes(unknown) ? unknown : false;
  }
  if (left === unknown || right === unknown) return unknown;
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left !== 'string' || typeof right !== 'string') return unknown;
  if (operator === 'contains') return left.includes(right);
  return operator === 'startsWith' ? left.startsWith(right) : left.endsWith(right);
}

function wordsBeside(node: Node, variable: string): string[] {
  if (node.kind === 'not') return wordsBeside(node.of, variable);
  if (node.kind !== 'pair') return [];
  const { left, right, operator } = node;
  if (operator === 'and' || operator === 'or') {
    return [...wordsBeside(left, variable), ...wordsBeside(right, variable)];
  }
  const isIt = (side: Node) => side.kind === 'name' && side.name === variable;
  const other = isIt(left) ? right : isIt(right) ? left : null;
  if (!other || !['==', '!=', 'in'].includes(operator)) return [];
  const words = other.kind === 'list' ? other.items : [other];
  return words.flatMap((word) =>
    word.kind === 'word' && typeof word.value === 'string' ? [word.value] : [],
  );
}
