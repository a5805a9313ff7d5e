import { isObject } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { GeneratedParameter, GeneratedStatement } from '../orm';
import { quoted, quotedTable, StatementText } from '../support/statement-text';
import { type EntityRelation, isToOneOwner, junctionOf, primaryColumns } from './entity';
import { joinEagerRelations } from './relation-joins';
import { SelectQuery } from './select-query';
import { aliasOf } from './statement-text';

/** How the rows are named whose relation is loaded: `ids of posts`, or the program's own value. */
export interface LoadFrom {
  readonly key?: Value;
  /** Relations of the loaded rows, where the program asks for some. */
  readonly options?: Value | undefined;
  /** A finder with relationLoadStrategy 'query' asks: eager relations are queries of their own too. */
  readonly isNested?: boolean;
  /** Tables on the way, so that eager relations do not go in a circle. */
  readonly passed?: readonly string[];
}

/** The SELECT of the rows at the other end: of a lazy relation, `relation(…).loadMany()`, relationLoadStrategy 'query'. */
export function loadStatements(relation: EntityRelation, alias: string, from: LoadFrom = {}): GeneratedStatement[] {
  const text = new StatementText();
  const query = new SelectQuery(text);
  const { source, target } = relation;
  query.main = { name: alias, entity: target };
  query.selects = [{ selection: alias }];
  const ids = (columns: string) => text.parameter(keysOf(relation, columns, from));
  const through = junctionOf(relation);
  if (through !== undefined) {
    const name = through.junction.table;
    const near = through.near.map(
      ({ column, referenced }) => `${quoted(name)}.${quoted(column)} IN (${ids(referenced)})`,
    );
    const far = through.far.map(({ column, referenced }) => `${quoted(name)}.${quoted(column)}=${alias}.${referenced}`);
    const on = relation.isOwner ? [...near, ...far] : [...far, ...near];
    query.join('INNER', { name, source: quotedTable(through.junction) }, { condition: on.join(' AND ') });
  } else if (isToOneOwner(relation)) {
    const name = source.name === alias ? aliasOf('_', source.name, '1') : source.name;
    const on = relation.joinColumns.map(({ path, referenced }) => `${name}.${path} = ${alias}.${referenced}`);
    query.join('INNER', { name, entity: source }, { condition: on.join(' AND ') });
    const keys = primaryColumns(source).map(({ path }) => `${name}.${path} IN (${ids(path)})`);
    query.wheres.push({ type: 'simple', text: keys.join(' AND ') });
  } else {
    const keys = (relation.inverse?.joinColumns ?? []).map(
      ({ path, referenced }) => `${alias}.${path} IN (${ids(referenced)})`,
    );
    if (keys.length === 0) return [];
    query.wheres.push({ type: 'simple', text: keys.join(' AND ') });
  }
  if (!from.isNested) joinEagerRelations(query, alias, target, () => undefined);
  const statements: GeneratedStatement[] = query.statements().map((each) => ({ ...each, isFollowUp: true }));
  return from.isNested ? [...statements, ...nestedStatements(relation, from)] : statements;
}

/** With relationLoadStrategy 'query' the loaded rows' own relations follow: those that are asked for, and eager ones. */
function nestedStatements(
  { source, target }: EntityRelation,
  { options, passed = [] }: LoadFrom,
): GeneratedStatement[] {
  const asked = isObject(options)
    ? options.entries.flatMap(({ key, value }) => {
        const relation = target.relations.find((each) => each.path === key);
        return relation === undefined ? [] : [{ relation, options: value }];
      })
    : [];
  const chain = [...passed, source.table];
  const eager = target.relations
    .filter(
      (each) => each.isEager && !chain.includes(each.target.table) && !asked.some(({ relation }) => relation === each),
    )
    .map((relation) => ({ relation, options: undefined }));
  return [...asked, ...eager].flatMap((each) => separateStatements(each.relation, each.options, chain));
}

/** A relation's rows and, where the rows do not say it, which of them belong to which. */
export function separateStatements(
  relation: EntityRelation,
  options: Value | undefined,
  passed: readonly string[] = [],
): GeneratedStatement[] {
  const ids = relationIdStatement(relation);
  const loaded = loadStatements(relation, relation.target.name, { options, isNested: true, passed });
  return ids === undefined ? loaded : [...loaded, ids];
}

function keysOf({ source }: EntityRelation, columns: string, { key }: LoadFrom): GeneratedParameter {
  const source_ = key === undefined ? `${columns} of ${source.table}` : undefined;
  return {
    source: source_ ?? columns,
    range: key?.range ?? { start: 0, end: 0 },
    isArray: true,
  };
}

/** The pairs of keys by which separately loaded rows are handed to theirs, where the rows themselves do not have them. */
function relationIdStatement(relation: EntityRelation): GeneratedStatement | undefined {
  const text = new StatementText();
  const { source, target } = relation;
  const param = (of: string) => text.parameter({ source: of, range: { start: 0, end: 0 }, isArray: true });
  const through = junctionOf(relation);
  if (through !== undefined) {
    const name = quoted(through.junction.table);
    const columns = [...through.near, ...through.far].map(({ column }) => `${name}.${quoted(column)}`);
    const conditions = [
      ...through.near.map(
        ({ column, referenced }) => `${name}.${quoted(column)} IN (${param(`${referenced} of ${source.table}`)})`,
      ),
      ...through.far.map(
        ({ column, referenced }) => `${name}.${quoted(column)} IN (${param(`${referenced} of ${target.table}`)})`,
      ),
    ];
    const sql = `SELECT ${columns.join(', ')} FROM ${quotedTable(through.junction)} ${name} WHERE ${conditions.join(' AND ')}`;
    return { ...text.write(sql), isFollowUp: true };
  }
  const owner = isToOneOwner(relation) ? relation : relation.inverse;
  if (owner === undefined) return undefined;
  const ownColumns = owner.joinColumns.flatMap(
    ({ column }) => owner.source.columns.find((each) => each.column === column) ?? [],
  );
  const isKnown = ownColumns.every((column) => (owner === relation ? !column.isVirtual : column.isPrimary));
  if (isKnown) return undefined;
  const query = new SelectQuery(text);
  const alias = owner.source.name;
  query.main = { name: alias, entity: owner.source };
  query.givesEntities = false;
  query.hasGlobalOrder = false;
  query.selects = [...primaryColumns(owner.source), ...ownColumns].map(({ path }) => ({
    selection: `${alias}.${path}`,
  }));
  const conditions =
    owner === relation
      ? primaryColumns(source).map(({ path }) => `${alias}.${path} IN (${param(`${path} of ${source.table}`)})`)
      : owner.joinColumns.map(
          ({ path, referenced }) => `${alias}.${path} IN (${param(`${referenced} of ${source.table}`)})`,
        );
  query.wheres.push({ type: 'simple', text: conditions.join(' AND ') });
  return { ...text.write(query.sql()), isFollowUp: true };
}
