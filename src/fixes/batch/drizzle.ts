import { entryOf, isTrue } from '../../code/facts/value-access';
import type { ChainValue, Link, Value } from '../../code/facts/values';
import type { DocumentEdit } from '../../nouns/fix';
import { addEntry } from '../object-edit';
import { hasOnly, isByPrimaryKey } from './asked';
import type { GroupedQuery } from './grouped-count';
import type { RowsQuery } from './rows-by-key';
import { importEdits, rewritten } from './text';
import type { TurnCall } from './turn-call';

/** `eq(comments.postId, post.id)` as the text has it. */
interface KeyCondition {
  /** `comments.postId` */
  readonly column: string;
  /** The same with `inArray`. */
  readonly edit: DocumentEdit;
  readonly imports: readonly DocumentEdit[];
}

const selectSteps = /^(?:select|from|where|orderBy|limit)$/;

/** `db.select().from(users).where(inArray(users.id, [1, 2]))`, `db.query.users.findMany({ where: inArray(…) })` */
export function drizzleRows(call: TurnCall): RowsQuery | undefined {
  const links = call.repetition.inner.chain?.links.filter(({ arguments: given }) => given) ?? [];
  const [first] = links;
  return first && /^find(?:Many|First)$/.test(first.name) ? rowsOfQuery(call, first, links) : rowsOfSelect(call, links);
}

function rowsOfSelect(call: TurnCall, links: readonly Link[]): RowsQuery | undefined {
  const [select, ...steps] = links;
  const where = steps.filter(({ name }) => name === 'where');
  if (select?.name !== 'select' || where.length !== 1 || links.some(({ name }) => !selectSteps.test(name)))
    return undefined;
  const condition = keyCondition(call, where[0]?.arguments?.[0]);
  const key = selectedKey(select, condition, call);
  const limit = links.find(({ name }) => name === 'limit');
  // `limit(1)` behind a condition on the key that tells rows apart asks for no less.
  if (!condition || key === undefined || (limit && !(isByPrimaryKey(call) && isOne(limit)))) return undefined;
  const edits = limit ? [condition.edit, withoutStep(links, limit)] : [condition.edit];
  return {
    query: rewritten(call.source, call.range, edits),
    isList: true,
    wantsKeys: true,
    edits: condition.imports,
    key: `.${key}`,
  };
}

function isOne({ arguments: given }: Link): boolean {
  return given?.length === 1 && given[0]?.kind === 'literal' && given[0].value === 1;
}

function withoutStep(links: readonly Link[], step: Link): DocumentEdit {
  const start = links[links.indexOf(step) - 1]?.argumentsRange?.end ?? step.range.start;
  return { range: { start, end: step.argumentsRange?.end ?? step.range.end }, newText: '' };
}

/** By which name rows have the key's column: its property's, or that which the select list gives it. */
function selectedKey(
  { arguments: given }: Link,
  condition: KeyCondition | undefined,
  { property, source }: TurnCall,
): string | undefined {
  const [selected] = given ?? [];
  if (!selected) return property;
  if (selected.kind !== 'object' || selected.open || (selected.spreads?.length ?? 0) > 0) return undefined;
  const name = selected.entries.find(
    ({ value, branch }) => !branch && source.slice(value.range.start, value.range.end) === condition?.column,
  )?.key;
  return typeof name === 'string' && /^[\w$]+$/.test(name) ? name : undefined;
}

function rowsOfQuery(call: TurnCall, find: Link, links: readonly Link[]): RowsQuery | undefined {
  const { source, property } = call;
  const [options, ...more] = find.arguments ?? [];
  const isList = find.name === 'findMany';
  if (options?.kind !== 'object' || more.length > 0 || links.length > 1) return undefined;
  if (!hasOnly(options, ['where', 'columns', 'with', ...(isList ? ['orderBy'] : [])])) return undefined;
  const columns = entryOf(options, 'columns')?.value;
  const condition = keyCondition(call, entryOf(options, 'where')?.value);
  if (!condition || (!isList && !isByPrimaryKey(call))) return undefined;
  if (columns && !isTrue(entryOf(columns, property)?.value)) return undefined;
  const query = rewritten(source, call.range, [condition.edit, { range: find.range, newText: 'findMany' }]);
  return { query, isList, none: 'undefined', wantsKeys: true, edits: condition.imports };
}

/** `eq(comments.postId, post.id)`, alone or as one of those that `and` joins. */
function keyCondition(call: TurnCall, where: Value | undefined): KeyCondition | undefined {
  const { source, value, loop, key } = call;
  const equal = equalOf(where, value);
  const link = equal?.links[0];
  const column = link?.arguments?.[0];
  if (!equal || !link?.argumentsRange || column?.kind !== 'chain' || column.links.some((one) => one.arguments))
    return undefined;
  const imports = importEdits(source, 'inArray', 'drizzle-orm');
  if (!imports) return undefined;
  const text = source.slice(column.range.start, column.range.end);
  // With what TypeScript is told of it: `post.editorId as number`, `post.editorId!`.
  const asked = source
    .slice(column.range.end, link.argumentsRange.end - 1)
    .replace(/^\s*,|,\s*$/g, '')
    .trim();
  if (!asked.startsWith(key) || !/^(?:!|\s+as\s+[\w$.]+)?$/.test(asked.slice(key.length))) return undefined;
  return {
    column: text,
    edit: {
      range: { start: equal.rootRange.start, end: link.argumentsRange.end },
      newText: `inArray(${text}, ${loop.list}.map((${loop.row}) => ${asked}))`,
    },
    imports,
  };
}

function equalOf(where: Value | undefined, value: Value): ChainValue | undefined {
  if (where?.kind !== 'chain' || where.links.length !== 1 || where.open) return undefined;
  const given = where.links[0]?.name === '' ? (where.links[0].arguments ?? []) : [];
  if (where.root === 'eq') return given.length === 2 && given[1] === value ? where : undefined;
  if (where.root !== 'and' || given.some((one) => one.kind === 'choice')) return undefined;
  const found = given.map((one) => equalOf(one, value)).filter((one) => one !== undefined);
  return found.length === 1 ? found[0] : undefined;
}

/** `db.$count(comments, eq(…))`, `db.select({ n: count() }).from(comments).where(eq(…))` → the counts of all keys, grouped. */
export function drizzleCount(call: TurnCall): GroupedQuery | undefined {
  const links = call.repetition.inner.chain?.links.filter(({ arguments: given }) => given) ?? [];
  const [first] = links;
  if (!first) return undefined;
  return first.name === '$count' ? countOfTable(call, first, links) : countOfSelect(call, first, links);
}

function countOfTable(call: TurnCall, link: Link, links: readonly Link[]): GroupedQuery | undefined {
  const { source, range, property } = call;
  const [table, where, ...more] = link.arguments ?? [];
  const condition = keyCondition(call, where);
  const counts = importEdits(source, 'count', 'drizzle-orm');
  if (!table || !where || !condition || !counts || more.length > 0 || links.length > 1) return undefined;
  const receiver = source.slice(range.start, link.range.start);
  const steps = [
    `${receiver}select({ ${property}: ${condition.column}, count: count() })`,
    `from(${source.slice(table.range.start, table.range.end)})`,
    `where(${rewritten(source, where.range, [condition.edit])})`,
    `groupBy(${condition.column})`,
  ];
  return {
    query: steps.join('.'),
    key: `row.${property}`,
    count: 'row.count',
    wantsKeys: true,
    edits: [...condition.imports, ...counts],
  };
}

function countOfSelect(call: TurnCall, select: Link, links: readonly Link[]): GroupedQuery | undefined {
  const { source, property } = call;
  const [selected] = select.arguments ?? [];
  const [, from, where, ...more] = links;
  if (select.name !== 'select' || from?.name !== 'from' || where?.name !== 'where' || more.length > 0) return undefined;
  if (selected?.kind !== 'object' || selected.open || selected.entries.length !== 1) return undefined;
  const [{ key: name, value }] = selected.entries as [(typeof selected.entries)[0]];
  const condition = keyCondition(call, where.arguments?.[0]);
  const added = condition && addEntry(source, selected, `${property}: ${condition.column}`);
  if (typeof name !== 'string' || name === property || !isPlainCount(value) || !added || !where.argumentsRange)
    return undefined;
  const end = where.argumentsRange.end;
  const grouped = { range: { start: end, end }, newText: `.groupBy(${condition.column})` };
  return {
    query: rewritten(source, call.range, [added, condition.edit, grouped]),
    key: `row.${property}`,
    count: `row.${name}`,
    wantsKeys: true,
    edits: condition.imports,
    read: (count) => `[{ ${name}: ${count} }]`,
  };
}

/** `count()`, `count(comments.id)`, sql`count(*)::int`: numbers. */
function isPlainCount(value: Value): boolean {
  if (value.kind === 'chain')
    return value.root === 'count' && value.links.length === 1 && (value.links[0]?.arguments?.length ?? 2) < 2;
  return (
    value.kind === 'template' &&
    value.strings.length === 1 &&
    /^\s*count\(\*\)::int(?:eger|4)?\s*$/i.test(value.strings[0] ?? '')
  );
}
