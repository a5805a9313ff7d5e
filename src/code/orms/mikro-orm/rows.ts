import { entry, isObject } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { CallContext, GeneratedStatement, OrmCall, RowAccess } from '../orm';
import { ormCall } from './call';
import { isToMany, type MikroEntity, mikroEntityOf, ownerOf, type Prop, primaryColumns, propOf } from './entity';
import { Finding } from './finding';
import { readPopulate } from './populate';
import { followUps, loadStatements } from './relation-loading';

const loaders: ReadonlySet<string> = new Set([
  'load',
  'loadOrFail',
  'loadProperty',
  'init',
  'loadItems',
  'loadCount',
  'matching',
]);

/** `post.author.load()`, `post.comments.loadItems()`, `post.comments.loadCount()` of a row whose relation is not loaded yet; `post.note.load()`. */
export function readRow({ model, chain, link: index, loaded }: RowAccess, context: CallContext): OrmCall | undefined {
  const entity = mikroEntityOf(model);
  const property = chain.links[index];
  const link = chain.links[index + 1];
  const prop = entity && property && property.arguments === undefined ? propOf(entity, property.name) : undefined;
  if (!entity || !prop || link?.arguments === undefined || !loaders.has(link.name)) return undefined;
  const isLoaded = loaded.includes(prop.name);
  if (isLoaded && /^(?:load|loadOrFail|loadItems|init)$/.test(link.name)) return undefined;
  const row: Value = { ...chain, links: chain.links.slice(0, index) };
  const notes = new Set(entity.notes);
  if (prop.target === undefined)
    return prop.isLazy && /^load/.test(link.name)
      ? loadScalar(entity, prop, row, link, model, context, notes)
      : undefined;
  return link.name === 'loadCount'
    ? count(prop, row, link, model, context, notes)
    : load(prop, row, link, model, context, notes);
}

/** `post.note.load()` of a property that is lazy, in a ScalarReference. */
function loadScalar(
  entity: MikroEntity,
  prop: Prop,
  row: Value,
  link: Link,
  model: OfModel,
  context: CallContext,
  notes: Set<string>,
): OrmCall | undefined {
  const [key, ...others] = primaryColumns(entity);
  if (key === undefined || others.length > 0) return undefined;
  const { query, text } = new Finding(entity, undefined, context, notes);
  query.fields = [key, ...prop.columns].map((column) => query.column(query.alias, column));
  const value = text.parameter({ source: 'key of the row', range: row.range });
  query.wheres.push(`${query.column(query.alias, key)} in (${value})`);
  query.isPaginated = false;
  return ormCall(link, model, notes, { operation: 'load', isMany: false, statements: [text.write(query.sql())] });
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
  const call = (statements: readonly GeneratedStatement[]) =>
    ormCall(link, model, notes, { operation: 'load', isMany: isToMany(prop), statements });
  if (prop.kind === 'm:n' || (prop.kind === '1:m' && link.name !== 'matching')) {
    const loading = { key: row, hints: readPopulate(entry(options, 'populate'), target, notes) };
    return call(
      loadStatements(prop, context, notes, {
        ...loading,
        where: entry(options, 'where'),
        orderBy: entry(options, 'orderBy'),
      }),
    );
  }
  const finding = new Finding(target, options, context, notes);
  const { query, text } = finding;
  finding.select();
  if (isToMany(prop)) {
    finding.where(entry(options, 'where'));
    if (!addOwner(prop, finding, row)) return undefined;
    finding.order();
    finding.page();
  } else {
    const columns = prop.isOwner ? prop.referenced : (ownerOf(prop)?.columns ?? []);
    const key = () => text.parameter({ source: 'key of the row', range: row.range });
    query.wheres.push(columns.map((column) => `${query.column(query.alias, column)} = ${key()}`).join(' and '));
    query.isPaginated = false;
    query.limit = text.parameter({ source: '1', constant: 1, range: row.range });
  }
  return call([text.write(query.sql()), ...followUps(finding)]);
}

/** Only the rows that belong to this one. */
function addOwner(prop: Prop, { query, text }: Finding, row: Value): boolean {
  const key = () => text.parameter({ source: 'key of the row', range: row.range });
  if (prop.kind === '1:m') {
    const columns = ownerOf(prop)?.columns ?? [];
    query.wheres.push(...columns.map((column) => `${query.column(query.alias, column)} = ${key()}`));
    return columns.length > 0;
  }
  const { pivot } = prop;
  if (pivot === undefined) return false;
  const alias = query.joinPivot(
    query.alias,
    { ...prop, pivot: { ...pivot, near: pivot.far, far: pivot.near } },
    'left',
  );
  if (alias === undefined) return false;
  query.wheres.push(...pivot.near.map((column) => `${query.column(alias, column)} = ${key()}`));
  return true;
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
  const options = link.arguments?.find(isObject);
  const finding = new Finding(target, undefined, context, notes);
  finding.where(entry(options, 'where'));
  if (!addOwner(prop, finding, row)) return undefined;
  return ormCall(link, model, notes, {
    operation: 'count',
    isMany: false,
    statements: [finding.text.write(finding.query.countSql())],
  });
}
