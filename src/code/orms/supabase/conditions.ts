import type { TextRange } from '../../../nouns/text-range';
import { quoteIdentifier, quoteLiteral } from '../../../sql/identifiers';
import { joined, type SqlText, sql } from '../support/sql-text';
import { column as columnPath, type Logic, type SelectItem, split, unquoted } from './query-text';

const comparison: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'LIKE',
  ilike: 'ILIKE',
  match: '~',
  imatch: '~*',
  isdistinct: 'IS DISTINCT FROM',
  cs: '@>',
  cd: '<@',
  ov: '&&',
  sl: '<<',
  sr: '>>',
  nxr: '&<',
  nxl: '&>',
  adj: '-|-',
};
const searches: Readonly<Record<string, string>> = {
  fts: 'to_tsquery',
  plfts: 'plainto_tsquery',
  phfts: 'phraseto_tsquery',
  wfts: 'websearch_to_tsquery',
};

/** `posts.meta->>'kind'` */
export function fieldText(qualifier: string, name: string, path: SelectItem['path']): SqlText {
  const column = name === '*' ? '*' : quoteIdentifier(name);
  const steps = path.map(({ arrow, key }) => `${arrow}${/^-?\d+$/.test(key) ? key : quoteLiteral(key)}`).join('');
  return [`${quoteIdentifier(qualifier)}.${column}${steps}`];
}

/** What is not known is said to `note`; `range` is the call's, for texts that are put together. */
export interface ConditionContext {
  /** Before the columns. */
  readonly qualifier: string;
  readonly values: readonly SqlText[];
  readonly range: TextRange;
  note(sentence: string): void;
}

/** `views.gt.10` → `posts.views > $1` */
export function conditionText(context: ConditionContext, logic: Logic): SqlText {
  if (logic.kind !== 'filter') {
    const parts = logic.parts.map((part) => conditionText(context, part));
    const text = sql`(${joined(parts, logic.kind === 'and' ? ' AND ' : ' OR ')})`;
    return logic.isNegated ? sql`NOT ${text}` : text;
  }
  const { name, path } = columnPath(logic.column);
  const field = fieldText(context.qualifier, name, path);
  const text = comparisonText(context, field, logic);
  return logic.isNegated ? sql`NOT ${text}` : text;
}

function comparisonText(
  context: ConditionContext,
  field: SqlText,
  { operator, value }: Logic & { kind: 'filter' },
): SqlText {
  const [, name = '', option] = /^(\w+)(?:\((\w+)\))?$/.exec(operator) ?? [];
  if (name === 'is') return sql`${field} IS ${value.replace('_', ' ').toUpperCase()}`;
  const bound = operandText(context, name, value);
  if (name === 'in') return sql`${field} = ANY (${bound})`;
  const search = searches[name];
  if (search) return sql`${field} @@ ${search}(${option === undefined ? '' : `${quoteLiteral(option)}, `}${bound})`;
  const sign = comparison[name];
  if (sign === undefined) context.note(`What the operator “${operator}” asks is not known.`);
  return option === 'any' || option === 'all'
    ? sql`${field} ${sign ?? '='} ${option.toUpperCase()} (${bound})`
    : sql`${field} ${sign ?? '='} ${bound}`;
}

/** The text behind the operator as one parameter, as PostgREST binds it. */
function operandText({ values, range }: ConditionContext, operator: string, text: string): SqlText {
  const pieces = text.split(/⟦(\d+)⟧/);
  const only = pieces.length === 3 && pieces[0] === '' && pieces[2] === '' ? values[Number(pieces[1])] : undefined;
  if (only) return only;
  if (operator === 'in') {
    const items = split(text.replace(/^\(|\)$/g, ''), ',').map((each) => unquoted(each.trim()));
    const source = items.map((each) => shown(each, values)).join(', ');
    const isKnown = pieces.length === 1;
    return [{ source, range, isArray: true, ...(isKnown && { constant: `{${items.join(',')}}` }) }];
  }
  const plain = /^i?like$/.test(operator) ? unquoted(text).replaceAll('*', '%') : unquoted(text);
  return [{ source: shown(plain, values), range, ...(pieces.length === 1 && { constant: plain }) }];
}

/** `%⟦0⟧%` → `%${query}%` */
function shown(text: string, values: readonly SqlText[]): string {
  return text.replaceAll(/⟦(\d+)⟧/g, (_, index: string) => {
    const [parameter] = values[Number(index)] ?? [];
    return typeof parameter === 'object' ? `\${${parameter.source}}` : '…';
  });
}
