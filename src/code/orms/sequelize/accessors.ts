import type { GeneratedStatement } from '../orm';
import { statementOf } from '../support/sql-text';
import type { Accessor } from './accessor-names';
import { associationScope, countRows, getRows, hasRows, keyList, single } from './accessor-reads';
import { constant, type Datum, type Dict, dict, isNull, list, member, type RunTime } from './datum';
import { type Association, primaryKey } from './declared';
import { mapConditions } from './field-names';
import { findAll } from './finds';
import { bulkInsert, insertRow, keyOf } from './inserts';
import { type Row, updateRow, valueOfRow } from './rows';
import { followUp, type Reading, type Sent, sent } from './sent';
import { destroyAll, updateAll, updateText } from './updates';

/** What an accessor of a row sends. */
export function accessorCall(
  row: Row,
  accessor: Accessor,
  given: readonly Datum[],
  reading: Reading,
): Sent | undefined {
  const { association, verb } = accessor;
  const options = (i: number): Dict => {
    const datum = given[i];
    return datum?.kind === 'dict' ? datum : dict([]);
  };
  switch (verb) {
    case 'get':
      return getRows(row, association, options(0), reading);
    case 'count':
      return countRows(row, association, options(0), reading);
    case 'has':
      return hasRows(row, association, given[0], options(1), reading);
    case 'add':
      return add(row, association, given[0], options(1), reading);
    case 'set':
      return set(row, association, given[0], options(1), reading);
    case 'remove':
      return remove(row, association, given[0], options(1), reading);
    case 'create':
      return create(row, association, given[0] ?? dict([]), options(1), reading);
  }
}

function add(row: Row, association: Association, given: Datum | undefined, options: Dict, reading: Reading): Sent {
  const { target } = association;
  if (association.kind === 'belongsToMany') return linkRows(row, association, given, options, reading, false);
  const key = primaryKey(target);
  const values = dict([
    [association.foreignKey, valueOfRow(row, association.sourceKey)],
    ...associationScope(association, reading),
  ]);
  const where = dict([[key, keyList(given, target, key)]]);
  return updateAll(
    { model: target, scope: dict([]) },
    values,
    dict([...options.entries, ['where', where]], options),
    reading,
  );
}

/** Reads the rows of the join table, then adds those that are missing; `set` also deletes what is not wanted any more. */
function linkRows(
  row: Row,
  association: Association,
  given: Datum | undefined,
  options: Dict,
  reading: Reading,
  isSet: boolean,
): Sent {
  const { foreignKey, otherKey, sourceKey, target, targetKey } = association;
  const model = association.through?.model ?? target;
  const keys = keyList(given, target, targetKey);
  const own: [string, Datum] = [foreignKey, valueOfRow(row, sourceKey)];
  const where = dict(isSet ? [own] : [own, [otherKey, keys]]);
  const others = [...options.entries].filter(([key]) => key !== 'through');
  const found = findAll({ model }, dict([...others, ['where', where], ['raw', constant(true)]]), reading);
  const standard = member(options, 'through');
  const items = keys.kind === 'list' ? keys.items : [keys];
  const rows = items.map((key) =>
    dict([...(standard?.kind === 'dict' ? standard.entries : []), own, [otherKey, single(key)]]),
  );
  const inserted = bulkInsert(model, list(rows), dict(others), reading);
  const statements: GeneratedStatement[] = [...found.statements];
  if (isSet) {
    const linked: RunTime = {
      kind: 'run time',
      source: `${otherKey} of ${model.name}`,
      range: row.range,
      isArray: true,
    };
    const gone = dict([own, [otherKey, linked]]);
    statements.push(
      ...destroyAll({ model }, dict([['where', gone]]), reading).statements.map((each) => ({
        ...each,
        isFollowUp: true as const,
      })),
    );
    reading.notes.add('What is linked already is left as it is; what is not wanted any more is deleted.');
  }
  return {
    operation: isSet ? 'update' : 'insert',
    isMany: true,
    statements: isNothing(given) ? statements : [...statements, statementOf(inserted)],
  };
}

function set(row: Row, association: Association, given: Datum | undefined, options: Dict, reading: Reading): Sent {
  const { target, foreignKey, sourceKey } = association;
  switch (association.kind) {
    case 'belongsTo': {
      const value = given?.kind === 'run time' ? given : (given ?? constant(null));
      const values = dict([[foreignKey, value.kind === 'run time' ? single(value) : value]]);
      return updateRow(row, values, options, reading);
    }
    case 'hasOne': {
      const before = getRows(
        row,
        association,
        dict([...options.entries, ['scope', constant(false)]], options),
        reading,
      );
      const stamps: [string, Datum][] = [];
      const { updatedAt } = target.options;
      if (updatedAt !== undefined)
        stamps.push([updatedAt, { kind: 'run time', source: 'new Date()', range: row.range }]);
      const old = dict([[primaryKey(target), keyOf(target, primaryKey(target))]]);
      const unlinked = updateText(
        target,
        new Map([[foreignKey, constant(null)], ...stamps]),
        mapConditions(old, target),
      );
      const wanted = dict([[primaryKey(target), given ? single(given) : constant(null)]]);
      const linked = updateText(
        target,
        new Map<string, Datum>([
          ...(isKey(given) ? [[primaryKey(target), given ?? constant(null)] as const] : []),
          [foreignKey, valueOfRow(row, sourceKey)],
          ...stamps,
        ]),
        mapConditions(wanted, target),
      );
      return {
        operation: 'update',
        isMany: false,
        statements: [...before.statements, followUp(unlinked), statementOf(linked)],
      };
    }
    case 'belongsToMany':
      return linkRows(row, association, given, options, reading, true);
    case 'hasMany': {
      const found = getRows(
        row,
        association,
        dict([...options.entries, ['scope', constant(false)], ['raw', constant(true)]], options),
        reading,
      );
      const key = primaryKey(target);
      const gone: RunTime = { kind: 'run time', source: `${key} of ${target.name}`, range: row.range, isArray: true };
      const update = (value: Datum, keys: Datum) =>
        updateAll(
          { model: target, scope: dict([]) },
          dict([[foreignKey, value]]),
          dict([['where', dict([[key, keys]])]]),
          reading,
        ).statements;
      return {
        operation: 'update',
        isMany: true,
        statements: [
          ...found.statements,
          ...update(constant(null), gone).map((each) => ({ ...each, isFollowUp: true as const })),
          ...(isNothing(given) ? [] : update(valueOfRow(row, sourceKey), keyList(given, target, key))),
        ],
      };
    }
  }
}

/** `setTags([])`, `setTags(null)` */
function isNothing(given: Datum | undefined): boolean {
  return isNull(given) || (given?.kind === 'list' && given.items.length === 0 && !given.isOpen);
}

/** Of a key Sequelize makes a row, and writes the key too. */
function isKey(given: Datum | undefined): boolean {
  return given?.kind === 'constant' || (given?.kind === 'run time' && /(?:^id|Id|ID)$/.test(given.source));
}

function remove(row: Row, association: Association, given: Datum | undefined, options: Dict, reading: Reading): Sent {
  const { target, foreignKey, otherKey, sourceKey, targetKey } = association;
  if (association.kind === 'belongsToMany') {
    const model = association.through?.model ?? target;
    const where = dict([
      [foreignKey, valueOfRow(row, sourceKey)],
      [otherKey, keyList(given, target, targetKey)],
    ]);
    return destroyAll({ model }, dict([...options.entries, ['where', where]], options), reading);
  }
  const key = primaryKey(target);
  const where = dict([
    [foreignKey, valueOfRow(row, sourceKey)],
    [key, keyList(given, target, key)],
  ]);
  const values = dict([[foreignKey, constant(null)]]);
  return updateAll(
    { model: target, scope: dict([]) },
    values,
    dict([...options.entries, ['where', where]], options),
    reading,
  );
}

function create(row: Row, association: Association, values: Datum, options: Dict, reading: Reading): Sent {
  const { target, foreignKey, sourceKey, targetKey } = association;
  if (association.kind === 'belongsTo') {
    const inserted = statementOf(insertRow(target, values, options, reading));
    const linked = updateRow(row, dict([[foreignKey, keyOf(target, targetKey)]]), dict([]), reading);
    return { operation: 'insert', isMany: false, statements: [inserted, ...linked.statements] };
  }
  const scope = associationScope(association, reading);
  if (association.kind === 'belongsToMany') {
    const inserted = statementOf(insertRow(target, withEntries(values, scope), options, reading));
    const linked = linkRows(
      row,
      association,
      keyOf(target, targetKey),
      dict([...options.entries].filter(([key]) => key !== 'fields')),
      reading,
      false,
    );
    return { operation: 'insert', isMany: false, statements: [inserted, ...linked.statements] };
  }
  const own = withEntries(values, [...scope, [foreignKey, valueOfRow(row, sourceKey)]]);
  return sent('insert', false, insertRow(target, own, options, reading));
}

function withEntries(values: Datum, entries: readonly [string, Datum][]): Datum {
  return values.kind === 'dict' ? dict([...values.entries, ...entries], values) : values;
}
