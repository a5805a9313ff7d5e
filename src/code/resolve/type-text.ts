/** A type as TypeScript writes it, as far as it tells where a value comes from. */
export type TypeNode =
  | { readonly kind: 'name'; readonly path: readonly string[]; readonly arguments: readonly TypeNode[] }
  | { readonly kind: 'typeof'; readonly path: readonly string[] }
  | { readonly kind: 'array'; readonly of: TypeNode }
  | { readonly kind: 'tuple'; readonly of: readonly TypeNode[] }
  | { readonly kind: 'union' | 'intersection'; readonly of: readonly TypeNode[] }
  | { readonly kind: 'object'; readonly members: readonly { readonly name: string; readonly type: string }[] }
  | { readonly kind: 'function'; readonly parameters: readonly TypeNode[]; readonly returns: TypeNode }
  /** `Context['db']` */
  | { readonly kind: 'member'; readonly of: TypeNode; readonly name: string }
  | { readonly kind: 'other' };

const other: TypeNode = { kind: 'other' };

/** Reads what it knows of the text; what it does not know is 'other'. Never throws. */
export function readType(text: string): TypeNode {
  return new TypeReader(text.slice(0, 4_000)).read();
}

interface Token {
  readonly text: string;
  readonly start: number;
}

class TypeReader {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    const pattern = /[\w$]+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|=>|\.\.\.|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[^\s]/g;
    for (const match of text.matchAll(pattern)) {
      if (!/^\/[/*]/.test(match[0])) this.#tokens.push({ text: match[0], start: match.index });
    }
  }

  read(): TypeNode {
    // Deeper than any person writes: leave it.
    if (this.#depth > 60) return other;
    this.#depth++;
    const node = this.#union();
    this.#depth--;
    return node;
  }

  #union(): TypeNode {
    return this.#list('|', 'union', () => this.#list('&', 'intersection', () => this.#postfix()));
  }

  #list(separator: string, kind: 'union' | 'intersection', next: () => TypeNode): TypeNode {
    this.#take(separator);
    const first = next();
    const of = [first];
    while (this.#take(separator)) of.push(next());
    return of.length === 1 ? first : { kind, of };
  }

  #postfix(): TypeNode {
    let node = this.#primary();
    while (this.#take('[')) {
      if (this.#take(']')) {
        node = { kind: 'array', of: node };
        continue;
      }
      const key = this.#next()?.text ?? '';
      this.#skipTo(']');
      node =
        key === 'number'
          ? { kind: 'member', of: node, name: '0' }
          : /^["']/.test(key)
            ? { kind: 'member', of: node, name: key.slice(1, -1) }
            : other;
    }
    return node;
  }

  #primary(): TypeNode {
    const token = this.#next();
    if (!token) return other;
    const { text } = token;
    if (text === '(') return this.#parenthesis();
    if (text === '{') return this.#object();
    if (text === '[') return this.#tuple();
    if (text === 'typeof') return { kind: 'typeof', path: this.#path(this.#next()?.text ?? '') };
    if (text === 'readonly' || text === 'keyof' || text === 'unique' || text === 'infer') {
      const node = this.#postfix();
      return text === 'readonly' ? node : other;
    }
    if (text === 'new' || text === 'abstract' || text === 'asserts') return this.#primary();
    if (text === '<') {
      this.#skipTo('>');
      return this.#primary();
    }
    if (!/^[\w$]+$/.test(text)) return other;
    const path = this.#path(text);
    return { kind: 'name', path, arguments: this.#arguments() };
  }

  #path(first: string): string[] {
    const path = [first];
    while (this.#peek() === '.') {
      this.#at++;
      path.push(this.#next()?.text ?? '');
    }
    return path;
  }

  #arguments(): TypeNode[] {
    const found: TypeNode[] = [];
    if (!this.#take('<')) return found;
    while (this.#at < this.#tokens.length && !this.#take('>')) {
      found.push(this.read());
      if (this.#peek() !== ',' && this.#peek() !== '>') this.#skipUntil([',', '>']);
      this.#take(',');
    }
    return found;
  }

  /** `(a: string) => Post`, or a type in parentheses. */
  #parenthesis(): TypeNode {
    const inside = this.#at;
    this.#skipTo(')');
    const closed = this.#at - 1;
    if (this.#take('=>')) {
      const returns = this.read();
      const end = this.#at;
      this.#at = inside;
      const parameters = this.#parameters(closed);
      this.#at = end;
      return { kind: 'function', parameters, returns };
    }
    const behind = this.#at;
    this.#at = inside;
    const node = this.read();
    this.#at = behind;
    return node;
  }

  /** `tx: Transaction, n?: number` */
  #parameters(end: number): TypeNode[] {
    const found: TypeNode[] = [];
    while (this.#at < end) {
      this.#skipUntil([':', ',', ')']);
      const isTyped = this.#take(':');
      found.push(isTyped ? this.read() : other);
      this.#skipUntil([',', ')']);
      if (!this.#take(',')) break;
    }
    return found;
  }

  #tuple(): TypeNode {
    const of: TypeNode[] = [];
    while (this.#at < this.#tokens.length && !this.#take(']')) {
      this.#take('...');
      if (this.#tokens[this.#at + 1]?.text === ':') this.#at += 2;
      of.push(this.read());
      if (this.#peek() !== ',' && this.#peek() !== ']') this.#skipUntil([',', ']']);
      this.#take(',');
    }
    return { kind: 'tuple', of };
  }

  #object(): TypeNode {
    const members: { name: string; type: string }[] = [];
    while (this.#at < this.#tokens.length && !this.#take('}')) {
      while (['readonly', ';', ','].includes(this.#peek() ?? '') && this.#tokens[this.#at + 1]?.text !== ':')
        this.#at++;
      if (this.#peek() === '}') continue;
      const begin = this.#next();
      if (begin?.text === '[') this.#skipTo(']');
      // `[K in keyof typeof models]` is the member of all these names.
      const name = begin?.text === '[' ? this.#upTo(begin.start) : (begin?.text ?? '').replace(/^["']|["']$/g, '');
      if (this.#peek() === '-' || this.#peek() === '+') this.#at++;
      this.#take('?');
      if (this.#peek() === '(') {
        const from = this.#tokens[this.#at]?.start ?? 0;
        this.#at++;
        this.#skipTo(')');
        const split = this.#tokens[this.#at]?.start ?? this.#text.length;
        this.#take(':');
        const type = this.#tokens[this.#at]?.start ?? split;
        this.#skipUntil([';', ',', '}'], true);
        members.push({ name, type: `${this.#text.slice(from, split)} => ${this.#upTo(type)}` });
      } else if (this.#take(':')) {
        const from = this.#tokens[this.#at]?.start ?? this.#text.length;
        this.#skipUntil([';', ',', '}'], true);
        members.push({ name, type: this.#upTo(from) });
      } else {
        this.#skipUntil([';', ',', '}'], true);
      }
    }
    return { kind: 'object', members };
  }

  #upTo(start: number): string {
    const end = this.#tokens[this.#at]?.start ?? this.#text.length;
    return this.#text.slice(start, end).trim();
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]?.text;
  }

  #take(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#at++;
    return true;
  }

  /** Behind the closing bracket of the one that was just opened. */
  #skipTo(closing: string): void {
    this.#skipUntil([closing]);
    this.#at++;
  }

  /** To the first of these outside of all brackets; in an object type, a member may also end with its line. */
  #skipUntil(ends: readonly string[], endsWithLine = false): void {
    const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
    const open: string[] = [];
    const from = this.#at;
    for (; this.#at < this.#tokens.length; this.#at++) {
      const { text = '' } = this.#tokens[this.#at] ?? {};
      if (open.length === 0) {
        if (ends.includes(text) || Object.values(closing).includes(text)) return;
        if (endsWithLine && this.#at > from && this.#beginsMember()) return;
      }
      const closes = closing[text];
      if (closes !== undefined) open.push(closes);
      else if (open.at(-1) === text) open.pop();
    }
  }

  /** A new line that begins `name:`, `name?:` or `name(`. */
  #beginsMember(): boolean {
    const [before, token, next] = [-1, 0, 1].map((step) => this.#tokens[this.#at + step]);
    if (!before || !token || !next || !/^[\w$"']/.test(token.text)) return false;
    const isNewLine = this.#text.slice(before.start + before.text.length, token.start).includes('\n');
    return isNewLine && [':', '?', '('].includes(next.text) && !/^(?:[|&:,]|=>)$/.test(before.text);
  }
}
