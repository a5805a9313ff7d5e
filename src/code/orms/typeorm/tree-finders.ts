import { entry, isObject } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { GeneratedStatement, OrmCall } from '../orm';
import type { Asked } from '../support/model-call';
import { quoted, quotedTable, StatementText } from '../support/statement-text';
import { ormCall } from './call';
import { type Entity, entityOf, primaryColumns } from './entity';
import { countSql } from './select-counts';
import { SelectQuery } from './select-query';

/** Methods of a TreeRepository. */
export const treeFinders: ReadonlySet<string> = new Set([
  'findTrees',
  'findRoots',
  'findDescendants',
  'findDescendantsTree',
  'countDescendants',
  'findAncestors',
  'findAncestorsTree',
  'countAncestors',
]);

const alias = 'treeEntity';

/** findRoots(), findDescendants(category), countAncestors(category), … of an entity with `@Tree(…)`. */
export function readTree({ model, link, arguments: given }: Asked): OrmCall | undefined {
  const entity = entityOf(model);
  if (entity?.tree === undefined) return undefined;
  const { name } = link;
  const ofAll = name === 'findTrees' || name === 'findRoots';
  const [row, options] = ofAll ? [undefined, given[0]] : given;
  const notes = [...entity.notes];
  if (options !== undefined && (!isObject(options) || entry(options, 'relations')))
    notes.push('The relations that come with a tree are not included.');
  const isCount = name.startsWith('count');
  const statements = ofAll
    ? [roots(entity), ...(name === 'findTrees' ? [followUp(below(entity, undefined, link.range))] : [])]
    : [/Descendants/.test(name) ? below(entity, row, link.range) : above(entity, row, link.range)].map((query) =>
        query?.text.write(isCount ? countSql(query, false) : query.sql()),
      );
  const known = statements.filter((each) => each !== undefined);
  if (known.length < statements.length) notes.push('A tree with a key of several columns is not read.');
  return ormCall(link, model, notes, {
    operation: isCount ? 'count' : 'find',
    isMany: !isCount,
    statements: known.length < statements.length ? [] : known,
  });
}

function followUp(query: SelectQuery | undefined): GeneratedStatement | undefined {
  return query && { ...query.text.write(query.sql()), isFollowUp: true };
}

function queryOf(entity: Entity): SelectQuery {
  const query = new SelectQuery(new StatementText());
  query.main = { name: alias, entity };
  query.selects = [{ selection: alias }];
  return query;
}

function roots(entity: Entity): GeneratedStatement | undefined {
  const parent = entity.relations.find(({ kind, target }) => kind === 'many-to-one' && target === entity);
  const [column, ...others] = parent?.joinColumns ?? [];
  if (!column || others.length > 0) return undefined;
  const query = queryOf(entity);
  query.wheres.push({ type: 'simple', text: `${quoted(alias)}.${quoted(column.column)} IS NULL` });
  return query.text.write(query.sql());
}

type Range = Value['range'];

/** The row and all below it. */
function below(entity: Entity, row: Value | undefined, range: Range): SelectQuery | undefined {
  const tree = partsOf(entity, row, range);
  if (!tree) return undefined;
  const { query, key, primary } = tree;
  if (entity.tree === 'closure-table') return closure(tree, entity, 'descendant', 'ancestor');
  if (entity.tree === 'nested-set') {
    const condition = `${alias}.nsleft BETWEEN joined.nsleft AND joined.nsright`;
    query.join('INNER', { name: 'joined', entity }, { condition });
    query.wheres.push({ type: 'simple', text: `joined.${primary} = ${key}` });
    return query;
  }
  const text = `${alias}.mpath LIKE NULLIF(CONCAT(${pathOf(tree, entity)}, '%'), '%')`;
  query.wheres.push({ type: 'simple', text });
  return query;
}

/** The row and all above it. */
function above(entity: Entity, row: Value | undefined, range: Range): SelectQuery | undefined {
  const tree = partsOf(entity, row, range);
  if (!tree) return undefined;
  const { query, key, primary } = tree;
  if (entity.tree === 'closure-table') return closure(tree, entity, 'ancestor', 'descendant');
  if (entity.tree === 'nested-set') {
    const condition = `joined.nsleft BETWEEN ${alias}.nsleft AND ${alias}.nsright`;
    query.join('INNER', { name: 'joined', entity }, { condition });
    query.wheres.push({ type: 'simple', text: `joined.${primary} = ${key}` });
    return query;
  }
  query.wheres.push({ type: 'simple', text: `${pathOf(tree, entity)} LIKE CONCAT(${alias}.mpath, '%')` });
  return query;
}

interface Parts {
  readonly query: SelectQuery;
  /** The row's key as a parameter. */
  readonly key: string;
  /** The path of the primary key, and its column. */
  readonly primary: string;
  readonly column: string;
}

function partsOf(entity: Entity, row: Value | undefined, range: Range): Parts | undefined {
  const [primary, ...others] = primaryColumns(entity);
  if (!primary || others.length > 0) return undefined;
  const query = queryOf(entity);
  const key = query.text.parameter({ source: `key of the ${row ? 'row' : 'root'}`, range: row?.range ?? range });
  return { query, key, primary: primary.path, column: primary.column };
}

/** By the table of pairs that `closure-table` keeps: `categories_closure`. */
function closure(
  { query, key, primary, column }: Parts,
  entity: Entity,
  own: 'ancestor' | 'descendant',
  other: 'ancestor' | 'descendant',
): SelectQuery {
  const pairs = quoted('treeClosure');
  const source = quotedTable({ ...entity, table: `${entity.table}_closure` });
  const condition = `${pairs}.${quoted(`${primary}_${own}`)} = ${quoted(alias)}.${quoted(column)}`;
  query.join('INNER', { name: 'treeClosure', source }, { condition });
  query.wheres.push({ type: 'simple', text: `${pairs}.${quoted(`${primary}_${other}`)} = ${key}` });
  return query;
}

/** `(SELECT "Category"."mpath" AS "path" FROM "categories" "Category" WHERE "Category"."id" = $1)` */
function pathOf({ key, column }: Parts, entity: Entity): string {
  const own = quoted(entity.name);
  return `(SELECT ${own}.${quoted(mpathOf(entity))} AS "path" FROM ${quotedTable(entity)} ${own} WHERE ${own}.${quoted(column)} = ${key})`;
}

function mpathOf({ columns }: Entity): string {
  return columns.find(({ path }) => path === 'mpath')?.column ?? 'mpath';
}
