import { entry, isObject } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { CallContext, OrmCall, RowAccess } from '../orm';
import { quoted } from '../support/statement-text';
import { ormCall } from './call';
import { isToMany, mikroEntityOf, type Prop, primaryColumns, propOf } from './entity';
import { Finding } from './finding';
import { pivotText } from './select-query';

const loaders: ReadonlySet<string> = new Set([
  'load',
  'loadOrFail',
  'loadProperty',
  'init',
  'loadItems',
  'loadCount',
  'matching',
]);

/** `post.author.load()`, `post.comments.loadItems()`, `post.comments.loadCount()` of a row whose relation is not loaded yet. */
export function readRow({ model, chain, link: index, loaded }: RowAccess, context: CallContext): OrmCall | undefined {
  const entity = mikroEntityOf(model);
  const property = chain.links[index];
  const link = chain.links[index + 1];
  const prop = entity && property && property.arguments === undefined ? propOf(entity, property.name) : undefined;
  if (prop?.target === undefined || link?.arguments === undefined || !loaders.has(link.name)) return undefined;
  const isLoaded = loaded.includes(prop.name);
  if (isLoaded && /^(?:load|loadOrFail|loadItems|init)$/.test(link.name)) return undefined;
  const row: Value = { ...chain, links: chain.links.slice(0, index) };
  const notes = new Set(entity?.notes);
  return link.name === 'loadCount'
    ? count(prop, row, link, model, context, notes)
    : load(prop, row, link, model, context, notes);
}

type Link = Parameters<typeof ormCall>[0];
type OfModel = RowAccess['model'];

function load(
  prop: Prop,
  row: Value,
  link: Link,
  model: OfModel,
  context: CallContext,
  notes: Set<string>,
): OrmCall | undefined {
  const { target } = prop;
  if (target === undefined) return undefined;
  const options = link.arguments?.find(isObject);
  const finding = new Finding(target, options, context, notes);
  const { query, text } = finding;
  finding.select();
  const key = () => text.parameter({ source: 'key of the row', range: row.range });
  if (isToMany(prop)) {
    const where = condition(prop, finding, key);
    if (where === undefined) return undefined;
    query.wheres.push(where);
    finding.where(entry(options, 'where') ?? (link.name === 'matching' ? entry(options, 'where') : undefined));
    if (entry(options, 'orderBy') === undefined && prop.orderBy !== undefined)
      finding.orderBy(prop.orderBy, target, query.alias);
    finding.order();
    finding.page();
  } else {
    const owner = prop.isOwner ? prop.referenced : ownKeys(prop);
    query.wheres.push(owner.map((column) => `${query.column(query.alias, column)} = ${key()}`).join(' and '));
    query.isPaginated = false;
    query.limit = text.parameter({ source: '1', constant: 1, range: row.range });
  }
  return ormCall(link, model, notes, {
    operation: 'load',
    isMany: isToMany(prop),
    statements: [text.write(query.sql()), ...finding.followUps()],
  });
}

function ownKeys({ target, mappedBy }: Prop): readonly string[] {
  const owner = target && mappedBy !== undefined ? propOf(target, mappedBy) : undefined;
  return owner?.columns ?? (target === undefined ? [] : primaryColumns(target));
}

function condition(prop: Prop, { query }: Finding, key: () => string): string | undefined {
  if (prop.kind === '1:m') {
    const columns = ownKeys(prop);
    return columns.map((column) => `${query.column(query.alias, column)} = ${key()}`).join(' and ');
  }
  const { pivot, target } = prop;
  if (pivot === undefined || target === undefined) return undefined;
  const on = primaryColumns(target).map(
    (column, i) => `${quoted('j0')}.${quoted(pivot.far[i] ?? '')} = ${query.column(query.alias, column)}`,
  );
  const near = pivot.near.map((column) => `${quoted('j0')}.${quoted(column)} = ${key()}`);
  return `exists (select 1 from ${pivotText(pivot.table)} as "j0" where ${[...on, ...near].join(' and ')})`;
}

function count(
  prop: Prop,
  row: Value,
  link: Link,
  model: OfModel,
  context: CallContext,
  notes: Set<string>,
): OrmCall | undefined {
  const { target } = prop;
  if (target === undefined || !isToMany(prop)) return undefined;
  const finding = new Finding(target, undefined, context, notes);
  const key = () => finding.text.parameter({ source: 'key of the row', range: row.range });
  const where = condition(prop, finding, key);
  if (where === undefined) return undefined;
  finding.query.wheres.push(where);
  return ormCall(link, model, notes, {
    operation: 'count',
    isMany: false,
    statements: [finding.text.write(finding.query.countSql())],
  });
}
