import { isEmpty, joined, type SqlText, sql } from '../support/sql-text';
import { type Datum, isTrue, member, textOf } from './datum';
import { fieldOf, primaryKeys, type SequelizeModel } from './declared';
import type { Finder, Selected } from './finder-types';
import { type GroupedLimit, groupedLimit } from './grouped-limit';
import { includeJoins } from './joins';
import { orders, quotedItem } from './order';
import { quoted, quotedPath, quotedTable } from './quote';
import { escaped, isTruthy } from './values';
import { conditions } from './where';

/** What is joined to a query, and what is selected from it, inside and outside of the subquery that a limit needs. */
export interface Joins {
  readonly main: SqlText[];
  readonly sub: SqlText[];
  readonly mainAttributes: SqlText[];
  readonly subAttributes: SqlText[];
  /** `(SELECT … LIMIT 1) IS NOT NULL`: rows that have what is required. */
  readonly filters: SqlText[];
}

export function noJoins(): Joins {
  return { main: [], sub: [], mainAttributes: [], subAttributes: [], filters: [] };
}

/** Sequelize's selectQuery. */
export function selectQuery(finder: Finder, grouped?: GroupedLimit): SqlText {
  const { model, options, subQuery } = finder;
  const as = finder.tableAs ?? model.name;
  const table = sql`${quotedTable(model)} AS ${quoted(as)}`;
  const attributes = subQuery ? withKeys(finder.attributes ?? [], model) : (finder.attributes ?? []);
  const own = attributes.map((each) => selectedText(each, finder, as));
  const joins = noJoins();
  for (const include of finder.include) if (!include.isSeparate) includeJoins(include, finder, joins);

  const isNested = subQuery || grouped !== undefined;
  const inner = isNested ? uniqueTexts([...own, ...joins.subAttributes]) : [];
  const outer = uniqueTexts([...(isNested ? [sql`${quoted(as)}.*`] : own), ...joins.mainAttributes]);
  const where = grouped ? [] : whereClause(finder, joins.filters, as);
  const group = groupClause(finder);
  const having = havingClause(finder);
  const { main, sub } = orders(finder, subQuery);
  const limit = grouped ? [] : limitClause(finder);
  const orderBy = (texts: readonly SqlText[]): SqlText =>
    texts.length === 0 ? [] : sql` ORDER BY ${joined(texts, ', ')}`;
  const lock = lockClause(options);
  const from = (columns: readonly SqlText[], source: SqlText): SqlText =>
    sql`SELECT ${joined(columns, ', ')} FROM ${source}`;

  if (grouped) {
    const source = sql`(${groupedLimit(finder, grouped)}) AS ${quoted(as)}`;
    return sql`${from(outer, source)}${joins.main.flat()}${group}${having}${lock}`;
  }
  if (!subQuery) {
    return sql`${from(outer, table)}${joins.main.flat()}${where}${group}${having}${orderBy(main)}${limit}${lock}`;
  }
  const innerQuery = sql`${from(inner, table)}${joins.sub.flat()}${where}${group}${having}${orderBy(sub)}${limit}`;
  return sql`${from(outer, sql`(${innerQuery}) AS ${quoted(as)}`)}${joins.main.flat()}${orderBy(main)}${lock}`;
}

/** Joins need the primary key of what they are joined to. */
function withKeys(selected: readonly Selected[], model: SequelizeModel): Selected[] {
  const missing = primaryKeys(model).filter(
    (key) =>
      !selected.some(
        (each) => each === key || (typeof each === 'object' && 'as' in each && (each.of === key || each.as === key)),
      ),
  );
  return [...selected, ...missing.map((key) => ({ of: key, as: fieldOf(model, key) }))];
}

/** `"view_count" AS "viewCount"`, with the table in front where others are joined. */
export function selectedText(each: Selected, finder: Finder, as: string): SqlText {
  if (typeof each === 'object' && 'sql' in each) return escaped(each.sql);
  const isPlain = typeof each === 'string' || typeof each.of === 'string';
  const text = plainText(each, finder.model);
  const hasTable = text.some((part) => typeof part === 'string' && part.includes('.'));
  return finder.include.length > 0 && isPlain && !hasTable ? sql`${quoted(as)}.${text}` : text;
}

function plainText(each: Exclude<Selected, { readonly sql: Datum }>, model: SequelizeModel): SqlText {
  if (typeof each === 'string') return [model.attributes.has(each) ? quoted(each) : quotedPath(each)];
  const of = typeof each.of === 'string' ? [quoted(each.of)] : escaped(each.of);
  return sql`${of} AS ${quoted(each.as)}`;
}

export function uniqueTexts(texts: readonly SqlText[]): SqlText[] {
  const known = new Set<string>();
  return texts.filter((text) => {
    const key = text.map((part) => (typeof part === 'string' ? part : `\0${part.source}`)).join('');
    return !known.has(key) && known.add(key);
  });
}

function whereClause(finder: Finder, filters: readonly SqlText[], as: string): SqlText {
  const own = conditions(finder.where, { model: finder.model, prefix: quoted(as) });
  const all = [own, ...filters].filter((text) => !isEmpty(text));
  return all.length === 0 ? [] : sql` WHERE ${joined(all, ' AND ')}`;
}

function groupClause({ options, model }: Finder): SqlText {
  const group = member(options, 'group');
  if (!isTruthy(group) || group === undefined) return [];
  const items = (group.kind === 'list' ? group.items : [group]).flatMap((each) =>
    each.kind === 'list' ? each.items : [each],
  );
  const known = items.filter((each) => each.kind !== 'run time');
  if (known.length === 0) return [];
  return sql` GROUP BY ${joined(
    known.map((each) => quotedItem(each, model)),
    ', ',
  )}`;
}

function havingClause({ options, model }: Finder): SqlText {
  const having = member(options, 'having');
  const text = having ? conditions(having, { model }) : [];
  return isEmpty(text) ? [] : sql` HAVING ${text}`;
}

export function limitClause({ limit, offset }: Pick<Finder, 'limit' | 'offset'>): SqlText {
  const limited = limit === undefined ? [] : sql` LIMIT ${escaped(limit)}`;
  return offset === undefined ? limited : sql`${limited} OFFSET ${escaped(offset)}`;
}

const locks: Readonly<Record<string, string>> = {
  SHARE: 'FOR SHARE',
  'KEY SHARE': 'FOR KEY SHARE',
  'NO KEY UPDATE': 'FOR NO KEY UPDATE',
};

function lockClause(options: Datum): SqlText {
  const lock = member(options, 'lock');
  if (!isTruthy(lock)) return [];
  const level = lock?.kind === 'dict' ? member(lock, 'level') : lock;
  const of = lock?.kind === 'dict' ? member(lock, 'of') : undefined;
  const table = of?.kind === 'model' ? ` OF ${quoted(of.model.name)}` : '';
  const skips = isTrue(member(options, 'skipLocked')) ? ' SKIP LOCKED' : '';
  return [` ${locks[levelName(level)] ?? 'FOR UPDATE'}${table}${skips}`];
}

/** `t.LOCK.KEY_SHARE`, `Transaction.LOCK.SHARE`, `'SHARE'` */
function levelName(level: Datum | undefined): string {
  const text = textOf(level) ?? (level?.kind === 'run time' ? (/LOCK\.(\w+)$/.exec(level.source)?.[1] ?? '') : '');
  return text.replaceAll('_', ' ');
}
