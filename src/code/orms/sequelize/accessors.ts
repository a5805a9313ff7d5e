import type { GeneratedStatement } from '../orm';
import { statementOf } from '../support/sql-text';
import { and, constant, type Datum, type Dict, dict, isFalse, list, member, op, type RunTime } from './datum';
import { type Association, fieldOf, isMulti, primaryKey, type SequelizeModel } from './declared';
import { mapConditions } from './field-names';
import { findAll, findByPk, findOne, type Target } from './finds';
import { bulkInsert, insertRow, keyOf } from './inserts';
import { upperFirst } from './names';
import { type Row, updateRow, valueOfRow } from './rows';
import { scoped } from './scopes';
import { followUp, type Reading, type Sent, sent } from './sent';
import { destroyAll, updateAll, updateText } from './updates';

export const accessorPattern = /^(?:get|set|add|create|remove|has|count)[A-Z$]/;
const dollarPattern = /^\$(?:get|set|add|create|remove|has|count)$/;

type Verb = 'get' | 'set' | 'add' | 'create' | 'remove' | 'has' | 'count';

export interface Accessor {
  readonly verb: Verb;
  readonly association: Association;
}

/** `getComments` of a post, `addTag`, `$get('comments')` of sequelize-typescript. */
export function accessorOf(model: SequelizeModel, name: string, first: Datum | undefined): Accessor | undefined {
  if (dollarPattern.test(name)) {
    // `$create('post', …)` calls createPost.
    const key = first?.kind === 'constant' ? String(first.value) : '';
    return key === '' ? undefined : accessorOf(model, name.slice(1) + upperFirst(key), undefined);
  }
  for (const association of model.associations.values()) {
    const singular = upperFirst(association.singular);
    const plural = upperFirst(association.plural);
    const verbs: readonly Verb[] = isMulti(association)
      ? ['get', 'set', 'add', 'create', 'remove', 'has', 'count']
      : ['get', 'set', 'create'];
    const verb = verbs.find((each) => {
      if (!isMulti(association) || each === 'create') return name === `${each}${singular}`;
      if (each === 'get' || each === 'set' || each === 'count') return name === `${each}${plural}`;
      return name === `${each}${singular}` || name === `${each}${plural}`;
    });
    if (verb) return { verb, association };
  }
  return undefined;
}

export function isAccessorName(name: string): boolean {
  return accessorPattern.test(name) || dollarPattern.test(name);
}

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
      return get(row, association, options(0), reading);
    case 'count':
      return countOf(row, association, options(0), reading);
    case 'has':
      return has(row, association, given[0], options(1), reading);
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

/** The target with the scope that the options ask for. */
function targetOf({ target }: Association, options: Dict, { evaluator }: Reading): Target {
  const scope = options.entries.get('scope');
  if (scope === undefined || scope.kind === 'undefined') return { model: target };
  if (isFalse(scope) || (scope.kind === 'constant' && !scope.value)) return { model: target, scope: dict([]) };
  return { model: target, scope: scoped(target, [scope], evaluator) };
}

function withWhere(options: Dict, key: Dict): Dict {
  const own = member(options, 'where');
  return dict([...options.entries, ['where', own ? and(key, own) : key]], options);
}

function scopeOf({ scope }: Association, { evaluator }: Reading): [string, Datum][] {
  const datum = scope && evaluator.scope(scope, []);
  return datum?.kind === 'dict'
    ? [...datum.entries].flatMap(([key, value]): [string, Datum][] => (typeof key === 'string' ? [[key, value]] : []))
    : [];
}

function get(row: Row, association: Association, options: Dict, reading: Reading): Sent {
  const target = targetOf(association, options, reading);
  const own = dict(
    [...options.entries].filter(([key]) => key !== 'scope'),
    options,
  );
  switch (association.kind) {
    case 'belongsTo': {
      const key = valueOfRow(row, association.foreignKey);
      const isPrimary = association.targetKey === primaryKey(association.target);
      if (isPrimary && member(own, 'where') === undefined) return findByPk(target, key, own, reading);
      const found = withWhere(own, dict([[association.targetKey, key]]));
      return findOne(target, dict([...found.entries, ['limit', constant(null)]], found), reading);
    }
    case 'hasOne': {
      const key = dict([
        [association.foreignKey, valueOfRow(row, association.sourceKey)],
        ...scopeOf(association, reading),
      ]);
      return findOne(target, withWhere(own, key), reading);
    }
    case 'hasMany': {
      const key = dict([
        ...scopeOf(association, reading),
        [association.foreignKey, valueOfRow(row, association.sourceKey)],
      ]);
      return findAll(target, withWhere(own, key), reading);
    }
    case 'belongsToMany':
      return findAll(target, throughOptions(row, association, own, reading), reading);
  }
}

/** The target's rows joined with the join table's rows of this row. */
function throughOptions(row: Row, association: Association, options: Dict, reading: Reading): Dict {
  const { through, target, foreignKey, otherKey, targetKey, sourceKey } = association;
  if (!through) return options;
  const scope = scopeOf(association, reading);
  const where = and(
    ...(scope.length > 0 ? [dict(scope)] : []),
    ...[member(options, 'where')].filter((each) => each !== undefined),
  );
  const given = member(options, 'through');
  const throughScope = through.scope && reading.evaluator.scope(through.scope, []);
  const key = dict([
    [foreignKey, valueOfRow(row, sourceKey)],
    ...(throughScope?.kind === 'dict' ? throughScope.entries : []),
  ]);
  const throughWhere = member(given, 'where');
  const { through: _, scope: __, ...plain } = association;
  const oneFromTarget: Association = {
    ...plain,
    kind: 'hasOne',
    as: through.model.name,
    isAliased: true,
    source: target,
    target: through.model,
    foreignKey: otherKey,
    sourceKey: targetKey,
  };
  const attributes = member(options, 'joinTableAttributes');
  const paranoid = member(given, 'paranoid');
  const include = dict([
    ['model', { kind: 'model', model: through.model }],
    ['association', { kind: 'association', association: oneFromTarget }],
    ['as', constant(through.model.name)],
    ['required', constant(true)],
    ['where', throughWhere ? and(key, throughWhere) : key],
    ...(attributes ? [['attributes', attributes] as const] : []),
    ...(paranoid ? [['paranoid', paranoid] as const] : []),
  ]);
  const others = member(options, 'include');
  const includes = others === undefined ? [] : others.kind === 'list' ? others.items : [others];
  const own = [...options.entries].filter(([name]) => name !== 'through');
  return dict([...own, ['where', where], ['include', list([...includes, include])]], options);
}

function countOf(row: Row, association: Association, options: Dict, reading: Reading): Sent {
  const { target } = association;
  const key = association.kind === 'belongsToMany' ? association.targetKey : primaryKey(target);
  const column: Datum = { kind: 'col', name: `${target.name}.${fieldOf(target, key)}` };
  const counted = list([list([{ kind: 'fn', name: 'COUNT', parameters: [column] }, constant('count')])]);
  const own = dict(
    [...options.entries, ['attributes', counted], ['joinTableAttributes', list([])], ['raw', constant(true)]],
    options,
  );
  return { ...get(row, association, own, reading), operation: 'count', isMany: false };
}

/** Rows or keys that are passed: `post.addTag(tag)`, `post.addTags([1, 2])`. */
function keysOf(given: Datum | undefined, model: SequelizeModel, key: string): Datum[] {
  const items = given?.kind === 'list' ? given.items : given === undefined ? [] : [given];
  return items.map((item) => {
    if (item.kind !== 'run time') return item;
    return item.isArray ? { ...item, source: `${item.source} (${model.name}.${key})` } : item;
  });
}

function keyList(given: Datum | undefined, model: SequelizeModel, key: string): Datum {
  const keys = keysOf(given, model, key);
  return keys.length > 0 ? list(keys) : list([keyOf(model, key)]);
}

function has(row: Row, association: Association, given: Datum | undefined, options: Dict, reading: Reading): Sent {
  const { target } = association;
  const key = association.kind === 'belongsToMany' ? association.targetKey : primaryKey(target);
  const either = dict([[op('or'), list(keysOf(given, target, key).map((each) => dict([[key, single(each)]])))]]);
  const own = member(options, 'where');
  const where = and(either, ...(own ? [own] : []));
  const all = dict(
    [
      ...options.entries,
      ['where', where],
      ['scope', constant(false)],
      ['attributes', list([constant(key)])],
      ['joinTableAttributes', list([])],
      ['raw', constant(true)],
    ],
    options,
  );
  return { ...get(row, association, all, reading), operation: 'exists', isMany: false };
}

function single(value: Datum): Datum {
  if (value.kind !== 'run time') return value;
  const { source, range } = value;
  return { kind: 'run time', source, range };
}

function add(row: Row, association: Association, given: Datum | undefined, options: Dict, reading: Reading): Sent {
  const { target } = association;
  if (association.kind === 'belongsToMany') return linkRows(row, association, given, options, reading, false);
  const key = primaryKey(target);
  const values = dict([
    [association.foreignKey, valueOfRow(row, association.sourceKey)],
    ...scopeOf(association, reading),
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
  return { operation: isSet ? 'update' : 'insert', isMany: true, statements: [...statements, statementOf(inserted)] };
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
      const before = get(row, association, dict([...options.entries, ['scope', constant(false)]], options), reading);
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
      const found = get(
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
          ...update(valueOfRow(row, sourceKey), keyList(given, target, key)),
        ],
      };
    }
  }
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
  const scope = scopeOf(association, reading);
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
