import { elementsOf, entry, entryNames, isObject, isTrue, oneOrMany, stringOf } from '../../facts/value-access';
import type { ChainValue, Value } from '../../facts/values';
import type { CallContext, GeneratedStatement, OrmCall } from '../orm';
import type { Asked } from '../support/model-call';
import { quoted, quotedTable, StatementText } from '../support/statement-text';
import { objectOf, ormCall } from './call';
import { ConditionReader, unknownCondition } from './conditions';
import { columnsOf, type Entity, entityOf, primaryColumns } from './entity';
import { assignments, writtenRow } from './new-rows';
import { type Condition, SelectQuery } from './select-query';
import { deleteSql, givenFor, insertSql, softDeleteSql, updateSets, updateSql, upsertColumns } from './writes';

/** insert(rows), update(criteria, set), upsert(rows, ['email']), delete(criteria), increment(criteria, 'views', 1), clear(), save(row), … */
export function readWrite(asked: Asked): OrmCall | undefined {
  const entity = entityOf(asked.model);
  if (entity === undefined) return undefined;
  const text = new StatementText();
  const notes = new Set(entity.notes);
  if (entity.tree !== undefined) notes.add('What keeps the tree of the rows is not included.');
  const write = new Write(asked, entity, text, notes);
  const [first, second, third] = asked.arguments;
  switch (asked.link.name) {
    case 'insert':
      return write.insert(first);
    case 'upsert':
      return write.upsert(first, second);
    case 'update':
      return write.update(first, second, third);
    case 'updateAll':
      return write.update(undefined, first, second);
    case 'delete':
      return write.remove(first);
    case 'deleteAll':
      return write.remove(undefined);
    case 'softDelete':
    case 'restore':
      return write.mark(first, asked.link.name === 'restore');
    case 'increment':
    case 'decrement':
      return write.step(first, second, third);
    case 'clear': {
      const cascade = isTrue(entry(first, 'cascade')) ? ' CASCADE' : '';
      return write.call('delete', true, `TRUNCATE TABLE ${quotedTable(entity)}${cascade}`);
    }
    default:
      return write.save(first);
  }
}

class Write {
  readonly #asked: Asked;
  readonly #entity: Entity;
  readonly #text: StatementText;
  readonly #notes: Set<string>;

  constructor(asked: Asked, entity: Entity, text: StatementText, notes: Set<string>) {
    this.#asked = asked;
    this.#entity = entity;
    this.#text = text;
    this.#notes = notes;
  }

  call(
    operation: OrmCall['operation'],
    isMany: boolean,
    sql: string | undefined,
    given: Partial<OrmCall> = {},
  ): OrmCall {
    const isKnown = sql !== undefined && !this.#notes.has(unknownCondition);
    const statements = isKnown ? [this.#text.write(sql)] : [];
    return ormCall(this.#asked.link, this.#asked.model, this.#notes, { operation, isMany, statements, ...given });
  }

  insert(value: Value | undefined): OrmCall | undefined {
    const rows = this.#rows(value);
    const isMany = rows.length > 1 || value?.kind === 'array';
    return this.call('insert', isMany, insertSql(this.#entity, rows, this.#text, this.#notes), objectOf(value));
  }

  #rows(value: Value | undefined): Value[] {
    if (value?.kind === 'array' && value.open) this.#notes.add('How many rows it writes is known at run time only.');
    return oneOrMany(value).map((row) => this.#written(row) ?? row);
  }

  #written(value: Value): Value | undefined {
    return value.kind === 'chain' ? writtenRow(value, this.#asked.context) : undefined;
  }

  upsert(value: Value | undefined, conflict: Value | undefined): OrmCall | undefined {
    const rows = this.#rows(value);
    const target = pathsIn(entry(conflict, 'conflictPaths') ?? conflict).flatMap((path) =>
      columnsOf(this.#entity, path),
    );
    const isMany = rows.length > 1 || value?.kind === 'array';
    if (target.length === 0) {
      this.#notes.add('The columns that tell rows apart are known at run time only.');
      return this.call('upsert', isMany, undefined);
    }
    const isKnown = rows.every((row) => isObject(row) && !row.open);
    if (!isKnown) this.#notes.add('Which columns are updated is known at run time only.');
    const predicate = stringOf(entry(conflict, 'indexPredicate'));
    const sql = insertSql(this.#entity, rows, this.#text, this.#notes, {
      conflict: {
        overwrite: upsertColumns(this.#entity, rows, target).map(({ column }) => column),
        target: target.map(({ column }) => column),
        ...(isTrue(entry(conflict, 'skipUpdateIfNoValuesChanged')) ? { onlyChanged: true } : {}),
        ...(predicate === undefined ? {} : { predicate }),
      },
    });
    return this.call('upsert', isMany, sql);
  }

  update(criteria: Value | undefined, set: Value | undefined, options: Value | undefined): OrmCall | undefined {
    if (set === undefined) return undefined;
    const sets = updateSets(this.#entity, set, this.#text, this.#notes);
    const sql = sets && updateSql(this.#entity, sets, this.#criteria(criteria), entry(options, 'returning'));
    return this.call('update', true, sql, this.#equals(criteria));
  }

  remove(criteria: Value | undefined): OrmCall {
    return this.call('delete', true, deleteSql(this.#entity, this.#criteria(criteria)), this.#equals(criteria));
  }

  mark(criteria: Value | undefined, isRestored: boolean): OrmCall {
    const sql = softDeleteSql(this.#entity, this.#criteria(criteria), isRestored);
    return this.call('update', true, sql, this.#equals(criteria));
  }

  /** increment(criteria, 'viewCount', 1) */
  step(criteria: Value | undefined, property: Value | undefined, by: Value | undefined): OrmCall {
    const path = stringOf(property);
    const column = path === undefined ? undefined : columnsOf(this.#entity, path)[0];
    if (column === undefined || by === undefined) {
      this.#notes.add('The column that it changes is known at run time only.');
      return this.call('update', true, undefined);
    }
    const sign = this.#asked.link.name === 'increment' ? '+' : '-';
    const own = `${quoted(column.column)} = ${quoted(column.column)} ${sign} ${this.#text.value(by)}`;
    const touched = updateSets(this.#entity, { kind: 'object', entries: [], range: by.range }, this.#text, this.#notes);
    const sql = updateSql(this.#entity, [own, ...(touched ?? [])], this.#criteria(criteria));
    return this.call('update', true, sql, this.#equals(criteria));
  }

  #reader(prefix = ''): ConditionReader {
    return new ConditionReader({
      text: this.#text,
      context: this.#asked.context,
      entity: this.#entity,
      prefix,
      parameters: new Map(),
      notes: this.#notes,
      subQuery: () => undefined,
    });
  }

  /** A key, a list of keys, or an object of conditions. */
  #criteria(value: Value | undefined): Condition[] {
    if (value === undefined) return [];
    const reader = this.#reader();
    const isObjects =
      isObject(value) || (value.kind === 'array' && value.elements.some((each) => isObject(each.value)));
    if (!isObjects && isConditions(value, this.#asked.context)) this.#notes.add(unknownCondition);
    const text = isObjects ? reader.text(value) : reader.inIds(value);
    return text === undefined ? [] : [{ type: 'simple', text }];
  }

  #equals(criteria: Value | undefined): Partial<OrmCall> {
    if (criteria === undefined) return {};
    const [key, ...more] = primaryColumns(this.#entity);
    if (!isObject(criteria)) {
      if (criteria.kind === 'array' || key === undefined || more.length > 0) return {};
      return { equals: [{ property: key.path, value: criteria }], isOnlyEquals: true };
    }
    const equals = criteria.entries.flatMap(({ key: property, value }) =>
      typeof property === 'string' ? [{ property, value }] : [],
    );
    return { equals, isOnlyEquals: !criteria.open && equals.length === criteria.entries.length };
  }

  /** save, remove, softRemove, recover: what they send depends on what is in the database. */
  save(value: Value | undefined): OrmCall {
    const { name } = this.#asked.link;
    const isRemoved = name === 'remove';
    const operation = isRemoved ? 'delete' : 'update';
    if (value === undefined) return this.call(operation, false, undefined);
    const rows = oneOrMany(value).map((row) => this.#written(row) ?? row);
    const isMany = rows.length > 1 || value.kind === 'array';
    const keys = primaryColumns(this.#entity);
    const areNew = rows.every(
      (row) =>
        isObject(row) &&
        !row.open &&
        keys.some((key) => key.generated && givenFor(row, key, this.#entity) === undefined),
    );
    if (name === 'save' && areNew) {
      this.#noteRelated(rows);
      return this.call('insert', isMany, insertSql(this.#entity, rows, this.#text, this.#notes));
    }
    const loaded = rows.length === 1 && rows[0] ? this.#keysIn(rows[0]) : undefined;
    if (loaded === undefined) {
      this.#notes.add(
        `${name}() first reads the rows that have a key; what it then writes depends on what has changed.`,
      );
      return this.call(operation, isMany, undefined);
    }
    const statements: GeneratedStatement[] = [this.#selectByKey(loaded)];
    const wheres = [{ type: 'simple' as const, text: this.#reader().inIds(loaded) ?? '1=1' }];
    if (isRemoved) {
      statements.push({ ...this.#text.write(deleteSql(this.#entity, wheres)), isFollowUp: true });
      const hasJoinRows = this.#entity.relations.some(({ kind }) => kind === 'many-to-many');
      if (hasJoinRows) this.#notes.add('Rows of join tables that are removed with it are not included.');
    } else {
      const changed = name === 'save' && rows[0] ? this.#change(rows[0], wheres) : undefined;
      if (changed !== undefined) statements.push({ ...changed, isFollowUp: true });
      this.#notes.add(
        changed === undefined
          ? `What ${name}() writes depends on what has changed; only the SELECT before it is shown.`
          : 'It writes what has changed; what this function assigns is shown.',
      );
    }
    return this.call(operation, isMany, undefined, { statements });
  }

  /** Rows of other tables may be saved with it. */
  #noteRelated(rows: readonly Value[]): void {
    const isRelated = rows.some((row) =>
      this.#entity.relations.some(({ path, kind, isOwner }) => {
        const given = entry(row, path);
        if (given === undefined || elementsOf(given)?.length === 0) return false;
        return !isOwner || kind === 'many-to-many' || (isObject(given) && entry(given, 'id') === undefined);
      }),
    );
    if (isRelated) this.#notes.add('Related rows that are saved with it are not included.');
  }

  /** The key of a row that was read before, or that is written in the object. */
  #keysIn(row: Value): Value | undefined {
    const [key, ...more] = primaryColumns(this.#entity);
    if (key === undefined || more.length > 0) return undefined;
    if (isObject(row)) return givenFor(row, key, this.#entity);
    if (row.kind !== 'chain' || !this.#wasRead(row)) return undefined;
    const { range } = row;
    return { ...row, links: [...row.links, { name: key.path, range: { start: range.end, end: range.end } }] };
  }

  #wasRead(row: ChainValue): boolean {
    const origin = this.#asked.context.trace(row);
    const name = origin.kind === 'call' && origin.callee.kind === 'member' ? origin.callee.name : '';
    return /^(?:findOne|getOne)/.test(name);
  }

  /** The UPDATE of a row that was read and to whose columns this function assigns. */
  #change(row: Value, wheres: readonly Condition[]): GeneratedStatement | undefined {
    if (row.kind !== 'chain') return undefined;
    const entries = assignments(row, this.#asked.context).filter(
      ({ key }) => typeof key === 'string' && columnsOf(this.#entity, key).length > 0,
    );
    if (entries.length === 0) return undefined;
    const set: Value = { kind: 'object', entries, range: row.range };
    const sets = updateSets(this.#entity, set, this.#text, this.#notes);
    const made = this.#entity.columns.filter(({ role }) => role === 'update date' || role === 'version');
    const returned = made.length === 0 ? '' : ` RETURNING ${made.map(({ column }) => quoted(column)).join(', ')}`;
    return sets && this.#text.write(updateSql(this.#entity, sets, wheres) + returned);
  }

  #selectByKey(key: Value): GeneratedStatement {
    const query = new SelectQuery(this.#text);
    const { name } = this.#entity;
    query.main = { name, entity: this.#entity };
    query.selects = [{ selection: name }];
    query.withDeleted = true;
    query.hasGlobalOrder = true;
    query.wheres.push({ type: 'simple', text: this.#reader(`${name}.`).inIds(key) ?? '1=1' });
    return this.#text.write(query.sql());
  }
}

/** `['urlSlug']` or `{ urlSlug: true }` */
function pathsIn(value: Value | undefined): string[] {
  if (isObject(value)) return entryNames(value);
  return elementsOf(value)?.flatMap((each) => stringOf(each) ?? []) ?? [];
}

/** By its type an object of conditions rather than a key. */
function isConditions(value: Value, context: CallContext): boolean {
  const origin = value.kind === 'chain' ? context.trace(value) : undefined;
  if (origin?.kind === 'instance') {
    return !(origin.of.kind === 'global' && /^(?:Array|Date|String|Number)$/.test(origin.of.name));
  }
  if (origin?.kind !== 'parameter' || origin.path.length > 0)
    return value.kind === 'runtime' && value.type === 'object';
  return /FindOptionsWhere|Partial|Record|^\{/.test(origin.function.parameters[origin.index]?.type ?? '');
}
