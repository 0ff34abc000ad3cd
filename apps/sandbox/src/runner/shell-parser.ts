/** The part of the shell's grammar that pipeline files in the sandbox use. */
export type WordPart =
  | { kind: 'text'; text: string; quoted: boolean }
  | { kind: 'variable'; name: string; fallback: string | undefined; quoted: boolean }
  | { kind: 'arithmetic'; text: string; quoted: boolean };

export type Word = WordPart[];

export type Node =
  | { kind: 'list'; items: Node[] }
  | { kind: 'and-or'; operator: '&&' | '||'; left: Node; right: Node; last: 'left' | 'right' | undefined }
  | { kind: 'pipe'; parts: Node[] }
  | { kind: 'for'; name: string; words: Word[]; body: Node }
  | { kind: 'if'; test: Node; then: Node; otherwise: Node | undefined }
  | { kind: 'command'; words: Word[] };

type Token = { kind: 'word'; word: Word } | { kind: 'operator'; text: string };

export function parseScript(source: string): Node {
  const parser = new Parser(tokenize(source));
  const list = parser.list([]);
  if (!parser.atEnd) throw new SyntaxError('unexpected end');
  return list;
}

class Parser {
  #at = 0;
  constructor(readonly tokens: Token[]) {}

  get atEnd(): boolean {
    return this.#at >= this.tokens.length;
  }

  list(until: string[]): Node {
    const items: Node[] = [];
    for (;;) {
      while (this.#operator(';') || this.#operator('\n')) this.#at += 1;
      if (this.atEnd || until.includes(this.#keyword() ?? '')) return { kind: 'list', items };
      items.push(this.#andOr());
    }
  }

  #andOr(): Node {
    let left = this.#pipe();
    for (;;) {
      const operator = this.#operator('&&') ? '&&' : this.#operator('||') ? '||' : undefined;
      if (!operator) return left;
      this.#at += 1;
      while (this.#operator('\n')) this.#at += 1;
      left = { kind: 'and-or', operator, left, right: this.#pipe(), last: undefined };
    }
  }

  #pipe(): Node {
    const parts = [this.#command()];
    while (this.#operator('|')) {
      this.#at += 1;
      parts.push(this.#command());
    }
    return parts.length === 1 ? (parts[0] as Node) : { kind: 'pipe', parts };
  }

  #command(): Node {
    const keyword = this.#keyword();
    if (keyword === 'for') return this.#for();
    if (keyword === 'if') return this.#if();
    const words: Word[] = [];
    for (let token = this.tokens[this.#at]; token?.kind === 'word'; token = this.tokens[this.#at]) {
      words.push(token.word);
      this.#at += 1;
    }
    if (words.length === 0) throw new SyntaxError('command expected');
    return { kind: 'command', words };
  }

  #for(): Node {
    this.#expect('for');
    const name = this.#keyword();
    if (!name) throw new SyntaxError('name expected after for');
    this.#at += 1;
    this.#expect('in');
    const words: Word[] = [];
    for (let token = this.tokens[this.#at]; token?.kind === 'word'; token = this.tokens[this.#at]) {
      words.push(token.word);
      this.#at += 1;
    }
    while (this.#operator(';') || this.#operator('\n')) this.#at += 1;
    this.#expect('do');
    const body = this.list(['done']);
    this.#expect('done');
    return { kind: 'for', name, words, body };
  }

  #if(): Node {
    this.#expect('if');
    const test = this.list(['then']);
    this.#expect('then');
    const then = this.list(['else', 'fi']);
    let otherwise: Node | undefined;
    if (this.#keyword() === 'else') {
      this.#at += 1;
      otherwise = this.list(['fi']);
    }
    this.#expect('fi');
    return { kind: 'if', test, then, otherwise };
  }

  #expect(word: string): void {
    if (this.#keyword() !== word) throw new SyntaxError(`${word} expected`);
    this.#at += 1;
  }

  #operator(text: string): boolean {
    const token = this.tokens[this.#at];
    return token?.kind === 'operator' && token.text === text;
  }

  /** The next word when it is plain text. */
  #keyword(): string | undefined {
    const token = this.tokens[this.#at];
    if (token?.kind !== 'word' || token.word.length !== 1) return undefined;
    const part = token.word[0];
    return part?.kind === 'text' && !part.quoted ? part.text : undefined;
  }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const char = source[at] as string;
    if (char === ' ' || char === '\t') at += 1;
    else if (source.startsWith('\\\n', at)) at += 2;
    else if (char === '#') {
      while (at < source.length && source[at] !== '\n') at += 1;
    } else if (source.startsWith('&&', at) || source.startsWith('||', at)) {
      tokens.push({ kind: 'operator', text: source.slice(at, at + 2) });
      at += 2;
    } else if (char === ';' || char === '|' || char === '\n') {
      tokens.push({ kind: 'operator', text: char });
      at += 1;
    } else {
      const redirect = /^(?:\d?>&\d|\d?>>?\s*\/dev\/(?:null|stderr))/.exec(source.slice(at, at + 24));
      if (redirect) at += redirect[0].length;
      else {
        const { word, end } = readWord(source, at);
        tokens.push({ kind: 'word', word });
        at = end;
      }
    }
  }
  return tokens;
}

function readWord(source: string, start: number): { word: Word; end: number } {
  const word: Word = [];
  const add = (text: string, quoted: boolean): void => {
    const last = word.at(-1);
    if (last?.kind === 'text' && last.quoted === quoted) last.text += text;
    else word.push({ kind: 'text', text, quoted });
  };
  let at = start;
  let double = false;
  while (at < source.length) {
    const char = source[at] as string;
    if (!double && /[\s;|&]/.test(char)) break;
    if (char === "'" && !double) {
      const close = source.indexOf("'", at + 1);
      if (close === -1) throw new SyntaxError('unterminated quoted string');
      add(source.slice(at + 1, close), true);
      at = close + 1;
    } else if (char === '"') {
      if (!double) add('', true);
      double = !double;
      at += 1;
    } else if (char === '\\' && at + 1 < source.length) {
      const next = source[at + 1] as string;
      if (double && !/["\\$`]/.test(next)) add(char + next, true);
      else add(next, true);
      at += 2;
    } else if (char === '$') {
      const { part, end } = readDollar(source, at, double);
      word.push(part);
      at = end;
    } else {
      add(char, double);
      at += 1;
    }
  }
  if (double) throw new SyntaxError('unterminated quoted string');
  return { word, end: at };
}

function readDollar(source: string, at: number, quoted: boolean): { part: WordPart; end: number } {
  if (source.startsWith('$((', at)) {
    const close = source.indexOf('))', at);
    if (close === -1) throw new SyntaxError('unterminated arithmetic');
    return { part: { kind: 'arithmetic', text: source.slice(at + 3, close), quoted }, end: close + 2 };
  }
  const braces = /^\$\{(\w+)(?::-([^}]*))?\}/.exec(source.slice(at, at + 200));
  if (braces) {
    const part: WordPart = { kind: 'variable', name: braces[1] as string, fallback: braces[2], quoted };
    return { part, end: at + braces[0].length };
  }
  const plain = /^\$([A-Za-z_]\w*|\?)/.exec(source.slice(at, at + 200));
  if (plain) {
    return {
      part: { kind: 'variable', name: plain[1] as string, fallback: undefined, quoted },
      end: at + plain[0].length,
    };
  }
  return { part: { kind: 'text', text: '$', quoted }, end: at + 1 };
}
