import type { TextRange } from '../../nouns/text-range';

/** `resource "aws_db_instance" "primary" { … }` */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  /** As they are written: `"db.t3.medium"`, `var.size`, `aws_db_instance.primary.identifier`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly blocks: readonly HclBlock[];
  readonly range: TextRange;
}

const mostDepth = 50;

/** The blocks of a Terraform file; what has errors is read as far as it goes. */
export function readHcl(text: string): readonly HclBlock[] {
  return body(new Scanner(text), 0).blocks;
}

interface Body {
  readonly attributes: Record<string, string>;
  readonly blocks: HclBlock[];
}

function body(scanner: Scanner, depth: number): Body {
  const found: Body = { attributes: {}, blocks: [] };
  for (;;) {
    const start = scanner.skipSpace();
    if (scanner.isAtEnd || scanner.take('}')) return found;
    const name = scanner.match(/[\w-]+|"(?:[^"\\\n]|\\.)*"/y);
    if (name === undefined) {
      scanner.next();
      continue;
    }
    scanner.skipSpace();
    if (scanner.take('=')) {
      found.attributes[unquoted(name)] = scanner.expression();
      continue;
    }
    const labels: string[] = [];
    for (;;) {
      scanner.skipSpace();
      const label = scanner.match(/[\w-]+|"(?:[^"\\\n]|\\.)*"/y);
      if (label === undefined) break;
      labels.push(unquoted(label));
    }
    if (!scanner.take('{') || depth >= mostDepth) continue;
    const { attributes, blocks } = body(scanner, depth + 1);
    found.blocks.push({ type: name, labels, attributes, blocks, range: { start, end: scanner.at } });
  }
}

const unquoted = (text: string): string => text.replace(/^"(.*)"$/s, '$1');

class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  next(): void {
    this.at++;
  }

  /** Also comments. @returns where it is then. */
  skipSpace(): number {
    this.match(/(?:\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y);
    return this.at;
  }

  take(character: string): boolean {
    if (this.#text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    return found;
  }

  /** Up to the end of its line, or of the brackets that it opens. */
  expression(): string {
    const start = this.at;
    let depth = 0;
    while (!this.isAtEnd) {
      if (this.match(/"(?:[^"\\]|\\.)*"/y) !== undefined) continue;
      const beforeComment = this.at;
      if (this.match(/#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y) !== undefined) {
        if (depth === 0) return this.#text.slice(start, beforeComment).trim();
        continue;
      }
      const marker = this.match(/<<[-~]?\w+[^\n]*\n/y)?.replace(/^<<[-~]?|\s+$/g, '');
      if (marker !== undefined) {
        this.match(new RegExp(`[\\s\\S]*?^[ \\t]*${marker.replace(/\W.*$/s, '')}\\b`, 'my'));
        continue;
      }
      const character = this.#text[this.at] ?? '';
      if (depth === 0 && (character === '\n' || character === '}')) break;
      if ('([{'.includes(character)) depth++;
      if (')]}'.includes(character)) depth--;
      this.at++;
    }
    return this.#text.slice(start, this.at).trim();
  }
}
