import { type Token, tokens } from './lexer';

export interface LayoutOptions {
  /** Characters of a line that lists are wrapped at; default 88. */
  readonly width?: number;
  /** A longer list of result columns is cut: `id, title, … 12 more`. Default: never. */
  readonly mostColumns?: number;
}

interface Word extends Token {
  readonly text: string;
}

/** Each begins a line; of several words the first that fits. */
const clauses: readonly string[] = [
  ...[
    'select',
    'from',
    'where',
    'group by',
    'having',
    'order by',
    'limit',
    'offset',
    'fetch',
    'for update',
    'for share',
  ],
  ...['left outer join', 'left join', 'right join', 'right outer join', 'full join', 'full outer join', 'inner join'],
  ...['cross join', 'natural join', 'join', 'union all', 'union', 'intersect', 'except', 'values', 'set', 'returning'],
  ...['on conflict', 'insert into', 'update', 'delete from', 'using', 'when', 'window', 'with recursive', 'with'],
];
const firstWords = new Set(clauses.map((clause) => clause.split(' ')[0] ?? ''));

/**
 * One statement over several lines: a clause, a join and each condition of WHERE on a line of its own, lists wrapped,
 * sub-queries that do not fit indented. The text between stays as it is, so that it is the same statement.
 */
export function sqlLines(
  sql: string,
  { width = 88, mostColumns = Number.POSITIVE_INFINITY }: LayoutOptions = {},
): string {
  const words = [...tokens(sql)]
    .filter(({ kind }) => kind !== 'space')
    .map((token) => ({ ...token, text: sql.slice(token.start, token.end) }));
  return new Layout(sql, words, width, mostColumns).lines(0, words.length, '').join('\n');
}

class Layout {
  readonly #sql: string;
  readonly #words: readonly Word[];
  readonly #width: number;
  readonly #mostColumns: number;

  constructor(sql: string, words: readonly Word[], width: number, mostColumns: number) {
    this.#sql = sql;
    this.#words = words;
    this.#width = width;
    this.#mostColumns = mostColumns;
  }

  lines(from: number, to: number, indent: string): string[] {
    const starts = this.#clauseStarts(from, to);
    return starts.flatMap((start, i) => this.#clause(start, starts[i + 1] ?? to, indent));
  }

  #clauseStarts(from: number, to: number): number[] {
    const starts = [from];
    let depth = 0;
    let covered = from;
    for (let i = from; i < to; i++) {
      const text = this.#words[i]?.text ?? '';
      if (text === '(' || text === '[') depth++;
      else if (text === ')' || text === ']') depth--;
      if (depth > 0 || i < covered) continue;
      const length = this.#clauseAt(i);
      if (length === 0) continue;
      if (i > from && !this.#isInside(i)) starts.push(i);
      covered = i + length;
    }
    return starts;
  }

  /** How many words the clause that begins here has; 0: none does. */
  #clauseAt(index: number): number {
    const word = this.#words[index];
    if (word?.kind !== 'word' || !firstWords.has(word.text.toLowerCase())) return 0;
    const next = [0, 1, 2].map((i) => this.#words[index + i]?.text.toLowerCase() ?? '');
    const found = clauses.find((clause) => clause.split(' ').every((part, i) => part === next[i]));
    return found?.split(' ').length ?? 0;
  }

  /** `IS DISTINCT FROM`, `DO UPDATE SET`, `CASE WHEN`, `EXTRACT(… FROM …)`: no clause of the statement. */
  #isInside(index: number): boolean {
    const before = this.#words[index - 1]?.text.toLowerCase() ?? '';
    const word = this.#words[index]?.text.toLowerCase() ?? '';
    if (word === 'from') return before === 'distinct';
    if (word === 'when') return true;
    if (word === 'update' || word === 'set')
      return before === 'do' || this.#words[index - 2]?.text.toLowerCase() === 'do';
    return word === 'with' && before !== ')' && before !== '';
  }

  #clause(from: number, to: number, indent: string): string[] {
    const name = this.#words[from]?.text.toLowerCase() ?? '';
    const whole = this.#text(from, to);
    const isConditions = name === 'where' || name === 'having';
    if (isConditions) {
      const breaks = [from, ...this.#topLevel(from, to, ['and', 'or'])];
      if (breaks.length > 1 && breaks.length < 30) {
        return breaks.flatMap((start, i) =>
          this.#wrapped(start, breaks[i + 1] ?? to, i === 0 ? indent : `${indent}  `),
        );
      }
    }
    const columns = name === 'select' || name === 'returning' ? this.#topLevel(from, to, [',']) : [];
    if (columns.length + 1 > this.#mostColumns && columns.length > 0) {
      const last = columns[Math.max(0, Math.floor(this.#mostColumns) - 1)] ?? to;
      return [`${indent}${this.#text(from, last)}, … ${columns.length + 1 - Math.floor(this.#mostColumns)} more`];
    }
    return whole.length + indent.length <= this.#width && !this.#longGroup(from, to)
      ? [indent + whole]
      : this.#wrapped(from, to, indent);
  }

  /** Broken at commas, and a sub-query that does not fit on lines of its own. */
  #wrapped(from: number, to: number, indent: string): string[] {
    const group = this.#longGroup(from, to);
    if (group !== undefined) {
      const inner = this.lines(group.open + 1, group.close, `${indent}  `);
      const [first = '', ...rest] = this.#wrapped(group.close, to, indent);
      return [...this.#wrapped(from, group.open + 1, indent), ...inner, first, ...rest];
    }
    const lines: string[] = [];
    let start = from;
    let fits = from;
    for (const comma of [...this.#topLevel(from, to, [',']), to - 1]) {
      const margin = lines.length === 0 ? indent : `${indent}  `;
      if (margin.length + this.#text(start, comma + 1).length > this.#width && fits > start) {
        lines.push(margin + this.#text(start, fits));
        start = fits;
      }
      fits = comma + 1;
    }
    lines.push((lines.length === 0 ? indent : `${indent}  `) + this.#text(start, to));
    return lines;
  }

  /** The first sub-query in parentheses here that is too long to stay in its line. */
  #longGroup(from: number, to: number): { open: number; close: number } | undefined {
    for (let i = from; i < to; i++) {
      if (this.#words[i]?.text !== '(') continue;
      if (!/^(?:select|with|values)$/i.test(this.#words[i + 1]?.text ?? '')) continue;
      const close = this.#closing(i, to);
      if (close !== undefined && this.#text(i, close).length > this.#width * 0.6) return { open: i, close };
    }
    return undefined;
  }

  #closing(open: number, to: number): number | undefined {
    let depth = 0;
    for (let i = open; i < to; i++) {
      const text = this.#words[i]?.text;
      if (text === '(') depth++;
      if (text === ')' && --depth === 0) return i;
    }
    return undefined;
  }

  /** Where one of the words stands outside of parentheses; AND of BETWEEN, and all of CASE, left out. */
  #topLevel(from: number, to: number, wanted: readonly string[]): number[] {
    const found: number[] = [];
    let depth = 0;
    let betweens = 0;
    for (let i = from; i < to; i++) {
      const text = this.#words[i]?.text.toLowerCase() ?? '';
      if (text === '(' || text === '[' || text === 'case') depth++;
      else if (text === ')' || text === ']' || (text === 'end' && depth > 0)) depth--;
      if (depth > 0) continue;
      if (text === 'between') betweens++;
      else if (text === 'and' && betweens > 0) betweens--;
      else if (wanted.includes(text)) found.push(i);
    }
    return found;
  }

  #text(from: number, to: number): string {
    const first = this.#words[from];
    const last = this.#words[to - 1];
    return first === undefined || last === undefined || to <= from ? '' : this.#sql.slice(first.start, last.end);
  }
}
