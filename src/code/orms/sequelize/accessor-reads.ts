import { and, constant, type Datum, type Dict, dict, isFalse, list, member, op } from './datum';
import { type Association, fieldOf, primaryKey, type SequelizeModel } from './declared';
import { findAll, findByPk, findOne, type Target } from './finds';
import { keyOf } from './inserts';
import { type Row, valueOfRow } from './rows';
import { scoped } from './scopes';
import { joinTable, type Reading, type Sent } from './sent';

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

export function associationScope({ scope }: Association, { evaluator }: Reading): [string, Datum][] {
  const datum = scope && evaluator.scope(scope, []);
  return datum?.kind === 'dict'
    ? [...datum.entries].flatMap(([key, value]): [string, Datum][] => (typeof key === 'string' ? [[key, value]] : []))
    : [];
}

export function getRows(row: Row, association: Association, options: Dict, reading: Reading): Sent {
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
        ...associationScope(association, reading),
      ]);
      return findOne(target, withWhere(own, key), reading);
    }
    case 'hasMany': {
      const key = dict([
        ...associationScope(association, reading),
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
  const scope = associationScope(association, reading);
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
    [joinTable, constant(true)],
    ['where', throughWhere ? and(key, throughWhere) : key],
    ...(attributes ? [['attributes', attributes] as const] : []),
    ...(paranoid ? [['paranoid', paranoid] as const] : []),
  ]);
  const others = member(options, 'include');
  const includes = others === undefined ? [] : others.kind === 'list' ? others.items : [others];
  const own = [...options.entries].filter(([name]) => name !== 'through');
  return dict([...own, ['where', where], ['include', list([...includes, include])]], options);
}

export function countRows(row: Row, association: Association, options: Dict, reading: Reading): Sent {
  const { target } = association;
  const key = association.kind === 'belongsToMany' ? association.targetKey : primaryKey(target);
  const column: Datum = { kind: 'col', name: `${target.name}.${fieldOf(target, key)}` };
  const counted = list([list([{ kind: 'fn', name: 'COUNT', parameters: [column] }, constant('count')])]);
  const own = dict(
    [...options.entries, ['attributes', counted], ['joinTableAttributes', list([])], ['raw', constant(true)]],
    options,
  );
  return { ...getRows(row, association, own, reading), operation: 'count', isMany: false };
}

/** Rows or keys that are passed: `post.addTag(tag)`, `post.addTags([1, 2])`. */
function keysOf(given: Datum | undefined, model: SequelizeModel, key: string): Datum[] {
  const items = given?.kind === 'list' ? given.items : given === undefined ? [] : [given];
  return items.map((item) => {
    if (item.kind !== 'run time') return item;
    return item.isArray ? { ...item, source: `${item.source} (${model.name}.${key})` } : item;
  });
}

export function keyList(given: Datum | undefined, model: SequelizeModel, key: string): Datum {
  const keys = keysOf(given, model, key);
  return keys.length > 0 ? list(keys) : list([keyOf(model, key)]);
}

export function hasRows(
  row: Row,
  association: Association,
  given: Datum | undefined,
  options: Dict,
  reading: Reading,
): Sent {
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
  return { ...getRows(row, association, all, reading), operation: 'exists', isMany: false };
}

export function single(value: Datum): Datum {
  if (value.kind !== 'run time') return value;
  const { source, range } = value;
  return { kind: 'run time', source, range };
}
