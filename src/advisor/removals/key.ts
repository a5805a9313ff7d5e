import { type Token, tokens } from '../../sql/lexer';

/** What pg_get_indexdef says behind the index's name: two indexes of the same key do the same work. */
export interface IndexKey {
  readonly method: string;
  readonly columns: readonly KeyColumn[];
  /** INCLUDE, as printed. */
  readonly included: readonly string[];
  readonly nullsNotDistinct: boolean;
  /** `fillfactor='70'` */
  readonly options: string;
  /** Of a partial index, with its WHERE; else ''. */
  readonly predicate: string;
}

export interface KeyColumn {
  /** The column or expression with its collation and operator class: `lower(email) text_pattern_ops`. */
  readonly text: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Undefined for what pg_get_indexdef would not print. */
export function readIndexKey(definition: string): IndexKey | undefined {
  const list = tokens(definition);
  const word = (at: number): string => textOf(definition, list[at]).toLowerCase();
  const using = list.findIndex((_, i) => word(i) === 'using' && word(i + 2) === '(');
  if (using < 0) return undefined;
  const keys = listAt(definition, list, using + 2);
  if (!keys) return undefined;
  let at = keys.next;
  const included = word(at) === 'include' ? listAt(definition, list, at + 1) : undefined;
  at = included?.next ?? at;
  const nullsNotDistinct = word(at) === 'nulls' && word(at + 1) === 'not';
  if (nullsNotDistinct) at += 3;
  const options = word(at) === 'with' ? listAt(definition, list, at + 1) : undefined;
  at = options?.next ?? at;
  if (word(at) === 'tablespace') at += 2;
  const predicate = word(at) === 'where' ? definition.slice(list[at]?.start) : '';
  return {
    method: word(using + 1),
    columns: keys.elements.map(keyColumn),
    included: included?.elements ?? [],
    nullsNotDistinct,
    options: options?.elements.join(', ') ?? '',
    predicate,
  };
}

/** `author_id, created_at DESC` */
export function keyText({ columns }: IndexKey): string {
  return columns
    .map(({ text, descending, nullsFirst }) => {
      const nulls = nullsFirst === descending ? '' : ` NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
      return `${text}${descending ? ' DESC' : ''}${nulls}`;
    })
    .join(', ');
}

/** Whether the columns of `short` are the first of `long`, in its order or in the reverse of it. */
export function isPrefix(short: IndexKey, long: IndexKey): boolean {
  if (short.columns.length > long.columns.length) return false;
  const pairs = short.columns.map((column, i) => [column, long.columns[i] as KeyColumn] as const);
  if (!pairs.every(([a, b]) => a.text === b.text)) return false;
  const isForward = pairs.every(([a, b]) => a.descending === b.descending && a.nullsFirst === b.nullsFirst);
  const isBackward = pairs.every(([a, b]) => a.descending !== b.descending && a.nullsFirst !== b.nullsFirst);
  return isForward || isBackward;
}

/** `created_at DESC NULLS LAST`; DESC alone puts NULLs first. */
function keyColumn(element: string): KeyColumn {
  const [, text, direction, nulls] = /^([\s\S]*?)(?: (DESC))?(?: NULLS (FIRST|LAST))?$/.exec(element) ?? [];
  const descending = direction !== undefined;
  return { text: text ?? element, descending, nullsFirst: nulls === undefined ? descending : nulls === 'FIRST' };
}

/** What stands between the parenthesis at `open` and its counterpart, cut at the commas that are not in inner ones. */
function listAt(
  text: string,
  list: readonly Token[],
  open: number,
): { readonly elements: string[]; readonly next: number } | undefined {
  if (textOf(text, list[open]) !== '(') return undefined;
  const elements: string[] = [];
  let depth = 0;
  let from = list[open]?.end ?? 0;
  for (let i = open; i < list.length; i++) {
    const token = list[i] as Token;
    const mark = token.kind === 'mark' ? textOf(text, token) : '';
    if (mark === '(' || mark === '[') depth++;
    else if (mark === ')' || mark === ']') depth--;
    if (depth > 1 || (depth === 1 && mark !== ',')) continue;
    elements.push(text.slice(from, token.start).trim());
    from = token.end;
    if (depth === 0) return { elements, next: i + 1 };
  }
  return undefined;
}

function textOf(text: string, token: Token | undefined): string {
  return token === undefined ? '' : text.slice(token.start, token.end);
}
