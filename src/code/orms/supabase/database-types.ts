import type { TextRange } from '../../../nouns/text-range';

/** A table or a view as `supabase gen types typescript` writes it down. */
export interface TypedTable {
  readonly schema: string;
  readonly name: string;
  readonly range: TextRange;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Columns that an insert must give. */
  readonly required: readonly string[];
  readonly relationships: readonly TypedRelationship[];
}

export interface TypedRelationship {
  readonly constraint: string;
  readonly columns: readonly string[];
  readonly isOneToOne: boolean;
  readonly table: string;
  readonly referenced: readonly string[];
}

/** Whether a text is what Supabase generates from a database: its foreign keys are in no other file of a program. */
export function isDatabaseTypes(text: string): boolean {
  return /\bRelationships:\s*\[/.test(text) && /\bTables:\s*\{/.test(text) && /\bRow:\s*\{/.test(text);
}

type Tree = { readonly [name: string]: Node };
interface Node {
  /** Of an object type. */
  readonly members?: Tree;
  /** Of a tuple. */
  readonly items?: readonly Node[];
  /** As written: `number | null`, `"posts_author_id_fkey"`. */
  readonly text: string;
  /** `name?: string` */
  readonly isOptional?: boolean;
  readonly range: TextRange;
}

/** The tables of `type Database = { public: { Tables: { … } } }`. What is written otherwise is left out. */
export function databaseTables(text: string): TypedTable[] {
  const start = /\b(?:type|interface)\s+Database\b[^{]*\{/.exec(text);
  if (start === null) return [];
  const { members = {} } = new TypeTree(text, start.index + start[0].length - 1).object();
  return Object.entries(members).flatMap(([schema, { members: kinds = {} }]) =>
    [kinds.Tables, kinds.Views].flatMap((kind) =>
      Object.entries(kind?.members ?? {}).map(([name, table]) => tableOf(schema, name, table)),
    ),
  );
}

function tableOf(schema: string, name: string, { members = {}, range }: Node): TypedTable {
  const columns = Object.entries(members.Row?.members ?? {}).map(([column, { text }]) => ({
    name: column,
    type: text,
  }));
  const relationships = (members.Relationships?.items ?? []).flatMap(({ members: of }): TypedRelationship[] => {
    if (!of?.foreignKeyName || !of.referencedRelation) return [];
    return [
      {
        constraint: unquoted(of.foreignKeyName.text),
        columns: (of.columns?.items ?? []).map(({ text }) => unquoted(text)),
        isOneToOne: of.isOneToOne?.text === 'true',
        table: unquoted(of.referencedRelation.text),
        referenced: (of.referencedColumns?.items ?? []).map(({ text }) => unquoted(text)),
      },
    ];
  });
  const given = Object.entries(members.Insert?.members ?? {});
  const required = given.flatMap(([column, { isOptional }]) => (isOptional ? [] : [column]));
  return { schema, name, range, columns, required, relationships };
}

function unquoted(text: string): string {
  return text.replace(/^["']|["']$/g, '');
}

const mostDepth = 50;

/** Objects, tuples and whatever else, told apart by their brackets alone. */
class TypeTree {
  readonly #tokens: RegExpExecArray[];
  #at = 0;
  #depth = 0;

  constructor(text: string, start: number) {
    const pattern = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w$]+|\n|[^\s]/g;
    pattern.lastIndex = start;
    this.#tokens = [];
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      if (!/^\/[/*]/.test(match[0])) this.#tokens.push(match);
    }
  }

  #text(): string | undefined {
    return this.#tokens[this.#at]?.[0];
  }

  #offset(): number {
    return this.#tokens[this.#at]?.index ?? 0;
  }

  #skipLines(): void {
    while (this.#text() === '\n' || this.#text() === ';' || this.#text() === ',') this.#at++;
  }

  object(): Node {
    const start = this.#offset();
    const members: Record<string, Node> = {};
    this.#at++;
    for (this.#skipLines(); this.#text() !== undefined && this.#text() !== '}'; this.#skipLines()) {
      const name = unquoted(this.#text() ?? '');
      const from = this.#offset();
      this.#at++;
      const isOptional = this.#text() === '?';
      if (isOptional) this.#at++;
      if (this.#text() !== ':') {
        // A mapped type, a method: up to the line's end.
        this.#value();
        continue;
      }
      this.#at++;
      const value = this.#value();
      members[name] = { ...value, isOptional, range: { start: from, end: from + name.length } };
    }
    const end = this.#offset() + 1;
    this.#at++;
    return { members, text: '', range: { start, end } };
  }

  /** Up to the end of the member: brackets inside belong to it. */
  #value(): Node {
    const start = this.#offset();
    let text = '';
    let only: Node | undefined;
    for (let token = this.#text(); token !== undefined; token = this.#text()) {
      if (token === '}' || token === ']' || token === ',' || token === ';') break;
      if (token === '\n') {
        // `|` on the next line goes on.
        if (!/^[|&]$/.test(this.#next()) && text !== '') break;
        this.#at++;
        continue;
      }
      if ((token === '{' || token === '[') && this.#depth < mostDepth) {
        this.#depth++;
        const inner = token === '{' ? this.object() : this.#tuple();
        this.#depth--;
        only = text === '' ? inner : undefined;
        text += token === '{' ? '{}' : '[]';
        continue;
      }
      text += token;
      only = undefined;
      this.#at++;
    }
    return only ?? { text, range: { start, end: this.#offset() } };
  }

  #next(): string {
    for (let i = this.#at; i < this.#tokens.length; i++) {
      const text = this.#tokens[i]?.[0];
      if (text !== '\n') return text ?? '';
    }
    return '';
  }

  #tuple(): Node {
    const start = this.#offset();
    const items: Node[] = [];
    this.#at++;
    for (this.#skipLines(); this.#text() !== undefined && this.#text() !== ']'; this.#skipLines()) {
      const before = this.#at;
      items.push(this.#value());
      if (this.#at === before) this.#at++;
    }
    this.#at++;
    return { items, text: '', range: { start, end: this.#offset() } };
  }
}
