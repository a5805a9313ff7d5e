import { quoted, quotedTable } from '../support/statement-text';
import {
  columnAt,
  columnWithRole,
  type Entity,
  type EntityRelation,
  isToOneOwner,
  junctionOf,
  primaryColumns,
} from './entity';
import type { Alias, Condition, Join, Selection, SelectQuery } from './select-query';
import { aliasOf } from './statement-text';

export function allOrders(query: SelectQuery): Map<string, string> {
  if (query.orderBys.size > 0 || !query.hasGlobalOrder || query.main?.entity === undefined) return query.orderBys;
  const { name, entity } = query.main;
  return new Map(entity.orderBy.map(({ path, direction }) => [`${name}.${path}`, direction]));
}

export function selectText(query: SelectQuery): string {
  const { main } = query;
  const all: string[] = [];
  const taken = new Set<Selection>();
  const alias = (each: Alias) => {
    if (each.entity !== undefined) {
      all.push(...entityColumns(query, each.name, each.entity));
      for (const select of selectsOf(query, each.name, each.entity)) taken.add(select);
      return;
    }
    const whole = query.selects.find(({ selection }) => selection === each.name);
    if (whole !== undefined && each !== main) {
      all.push(`${quoted(each.name)}.*`);
      taken.add(whole);
    }
  };
  if (main !== undefined) alias(main);
  for (const join of query.joins) alias(join.alias);
  for (const select of query.selects) {
    if (taken.has(select)) continue;
    all.push(select.aliasName === undefined ? select.selection : `${select.selection} AS ${quoted(select.aliasName)}`);
  }
  const distinct =
    query.distinct === 'no'
      ? ''
      : query.distinct === 'yes'
        ? 'DISTINCT '
        : `DISTINCT ON (${query.distinct.join(', ')}) `;
  const tables = [...(main === undefined ? [] : [main]), ...query.others].map(
    ({ name, entity, source }) => `${entity ? quotedTable(entity) : source} ${quoted(name)}`,
  );
  const source = tables.length === 0 ? '' : ` FROM ${tables.join(', ')}`;
  return `SELECT ${distinct}${all.length === 0 ? '*' : all.join(', ')}${source}`;
}

function selectsOf(query: SelectQuery, name: string, entity: Entity): Selection[] {
  return query.selects.filter(
    ({ selection }) => selection === name || entity.columns.some((column) => selection === `${name}.${column.path}`),
  );
}

function entityColumns(query: SelectQuery, name: string, entity: Entity): string[] {
  const isWhole = query.selects.some(({ selection }) => selection === name);
  const columns = isWhole ? entity.columns.filter((column) => column.isSelected) : [];
  for (const { selection } of query.selects) {
    const column = entity.columns.find((each) => selection === `${name}.${each.path}`);
    if (column !== undefined) columns.push(column);
  }
  if (columns.length === 0) return [];
  const keys = query.givesEntities ? primaryColumns(entity).filter((key) => !columns.includes(key)) : [];
  return [...new Set([...columns, ...keys])].flatMap((column) => {
    const given = query.selects.filter(({ selection }) => selection === `${name}.${column.path}`);
    const aliases = given.length === 0 ? [undefined] : given.map(({ aliasName }) => aliasName);
    return aliases.map(
      (alias) => `${quoted(name)}.${quoted(column.column)} AS ${quoted(alias ?? aliasOf('_', name, column.column))}`,
    );
  });
}

export function joinText(query: SelectQuery): string {
  return query.joins
    .filter((join) => !query.joins.some((other) => other.alias.name === join.parent))
    .map((join) => joinTree(query, join))
    .join('');
}

function joinTree(query: SelectQuery, join: Join): string {
  const { alias, parent, relation, direction, condition } = join;
  const below = query.joins.filter((other) => other.parent === alias.name && other !== join);
  const inner = below.map((each) => joinTree(query, each)).join('');
  const isNested = direction === 'LEFT' && below.some((each) => each.direction === 'INNER');
  const table = alias.entity ? quotedTable(alias.entity) : (alias.source ?? '');
  const clause = (source: string, name: string, on: string, nested = '') => {
    const named = `${source} ${quoted(name)}`;
    const joined = isNested && nested !== '' ? `(${named}${nested})` : named;
    return ` ${direction} JOIN ${joined}${on === '' ? '' : ` ON ${on}`}${isNested ? '' : nested}`;
  };
  if (parent === undefined || relation === undefined) return clause(table, alias.name, condition, inner);
  const and = condition === '' ? '' : ` AND (${condition})`;
  const through = junctionOf(relation);
  if (through !== undefined) {
    const middle = relation.isOwner ? `${parent}_${alias.name}` : `${alias.name}_${parent}`;
    const near = through.near
      .map(({ column, referenced }) => `${quoted(middle)}.${quoted(column)}=${parent}.${referenced}`)
      .join(' AND ');
    const far = through.far
      .map(({ column, referenced }) => `${alias.name}.${referenced}=${quoted(middle)}.${quoted(column)}`)
      .join(' AND ');
    const junction = ` ${direction} JOIN ${quotedTable(through.junction)} ${quoted(middle)} ON ${near}`;
    return junction + clause(table, alias.name, far + and, inner);
  }
  const on = isToOneOwner(relation)
    ? relation.joinColumns.map(({ path, referenced }) => `${alias.name}.${referenced}=${parent}.${path}`)
    : (relation.inverse?.joinColumns ?? []).map(
        ({ path, referenced }) => `${alias.name}.${path}=${parent}.${referenced}`,
      );
  return clause(table, alias.name, on.join(' AND ') + and + discriminatorText(relation, alias.name), inner);
}

export function whereClause(query: SelectQuery): string {
  const conditions: string[] = [];
  const given = conditionsText(query.wheres);
  if (given !== '') conditions.push(given);
  const { main } = query;
  const deleted = main?.entity && !query.withDeleted ? columnWithRole(main.entity, 'delete date') : undefined;
  if (deleted !== undefined) conditions.push(`${main?.name}.${deleted.property} IS NULL`);
  const discriminator = main?.entity?.discriminator;
  if (discriminator?.values !== undefined) {
    const values = discriminator.values.map((value) =>
      query.text.parameter({ source: `'${value}'`, constant: value, range: { start: 0, end: 0 } }),
    );
    conditions.push(`${main?.name}.${discriminator.column} IN (${values.join(', ')})`);
  }
  if (query.appended !== undefined) conditions.push(query.appended);
  return whereText(conditions);
}

export function orderText(query: SelectQuery): string {
  const orders = [...allOrders(query)].map(([order, direction]) => {
    if (query.selects.some(({ aliasName }) => aliasName === order)) return `${quoted(order)} ${direction}`;
    const isSelected = query.selects.some(({ selection, aliasName }) => selection === order && aliasName === undefined);
    const dot = order.indexOf('.');
    const name = order.slice(0, Math.max(dot, 0));
    const entity = dot < 0 || !isSelected ? undefined : query.aliasNamed(name)?.entity;
    const column = entity && columnAt(entity, order.slice(dot + 1));
    return column === undefined ? `${order} ${direction}` : `${quoted(aliasOf('_', name, column.column))} ${direction}`;
  });
  return orders.length === 0 ? '' : ` ORDER BY ${orders.join(', ')}`;
}

export function pageText(query: SelectQuery): string {
  if (query.limit === undefined && query.offset === undefined && query.joins.length === 0) {
    return limitText(query.take, query.skip);
  }
  return limitText(query.limit, query.offset);
}

function discriminatorText({ inverse, target, isOwner }: EntityRelation, alias: string): string {
  const discriminator = isOwner || inverse === undefined ? undefined : target.discriminator;
  return discriminator?.values === undefined ? '' : ` AND ${alias}.${discriminator.column}='${discriminator.value}'`;
}

export function limitText(limit: string | undefined, offset: string | undefined): string {
  return (limit === undefined ? '' : ` LIMIT ${limit}`) + (offset === undefined ? '' : ` OFFSET ${offset}`);
}

export function conditionsText(conditions: readonly Condition[]): string {
  return conditions
    .map(({ type, text }, i) => (i === 0 || type === 'simple' ? text : `${type === 'and' ? 'AND' : 'OR'} ${text}`))
    .join(' ')
    .trim();
}

export function whereText(conditions: readonly string[]): string {
  if (conditions.length === 0) return '';
  return conditions.length === 1 ? ` WHERE ${conditions[0]}` : ` WHERE ( ${conditions.join(' ) AND ( ')} )`;
}
