import { absent, constant, type Datum, type Dict, dict, keysOf, list, member, textOf } from './datum';
import { fieldOf, primaryKey, primaryKeys, type SequelizeModel } from './declared';
import { aggregateFinder, finderOf, unknownInclude } from './finder';
import type { Finder, Selected } from './finder-types';
import { selectQuery } from './select';
import { attributesOf } from './selected';
import { followUp, type Reading, type Sent, statementOfFinder } from './sent';
import { separateQueries } from './separate';
import { isTruthy } from './values';

/** A model with the scope that the call is made on. */
export interface Target {
  readonly model: SequelizeModel;
  readonly scope?: Dict | undefined;
}

export function findAll({ model, scope }: Target, options: Dict, reading: Reading, isOne = false): Sent {
  const { evaluator, notes } = reading;
  const finder = finderOf(model, options, scope, evaluator, notes);
  noteOpenParts(finder, reading);
  const isLimitedToOne = finder.limit?.kind === 'constant' && finder.limit.value === 1;
  const single = isOne || isLimitedToOne;
  return {
    operation: isOne ? 'find one' : 'find',
    isMany: !isOne,
    finder,
    statements: [
      statementOfFinder(selectQuery(finder), finder),
      ...separateQueries(finder, evaluator, notes, single).map((text) => followUp(text)),
    ],
  };
}

/** Conditions and orders that the text does not show. */
function noteOpenParts({ options, model }: Finder, { notes }: Reading): void {
  if (options.isOpen) notes.add('Options added at run time are not included.');
  const where = member(options, 'where');
  if (where && isOpenCondition(where)) notes.add('Conditions added at run time are not included.');
  const order = member(options, 'order');
  const isOpenOrder =
    order?.kind === 'run time' ||
    (order?.kind === 'list' &&
      (order.isOpen ||
        order.items.some((item) => item.kind === 'list' && item.items.some((each) => each.kind === 'run time'))));
  if (isOpenOrder) notes.add('The order is chosen at run time.');
  if (member(options, 'paranoid')?.kind === 'run time' && model.options.isParanoid) {
    notes.add('Whether deleted rows are found too is known at run time only.');
  }
  const include = member(options, 'include');
  if (include?.kind === 'run time' || (include?.kind === 'list' && include.isOpen)) {
    notes.add(unknownInclude);
  }
}

export function isOpenCondition(where: Datum): boolean {
  if (where.kind === 'run time') return true;
  if (where.kind === 'list')
    return where.isOpen === true || where.items.some((item) => item.kind === 'dict' && isOpenCondition(item));
  if (where.kind !== 'dict') return false;
  return (
    where.isOpen === true ||
    [...where.entries].some(
      ([key, value]) => typeof key === 'symbol' && value.kind !== 'run time' && isOpenCondition(value),
    )
  );
}

/** LIMIT 1, unless a unique key is asked for. */
export function findOne(target: Target, options: Dict, reading: Reading): Sent {
  const limit = options.entries.get('limit');
  const isUnlimited = limit === undefined || limit.kind === 'undefined';
  const where = member(options, 'where');
  const isByKey =
    where?.kind === 'dict' && keysOf(where).some((key) => isUnique(target.model, key) && isSingle(member(where, key)));
  const limited = isUnlimited && !isByKey ? dict([...options.entries, ['limit', constant(1)]], options) : options;
  return findAll(target, limited, reading, true);
}

function isSingle(value: Datum | undefined): boolean {
  return (value?.kind === 'constant' && value.value !== null) || (value?.kind === 'run time' && !value.isArray);
}

function isUnique(model: SequelizeModel, key: string | symbol): boolean {
  if (typeof key !== 'string') return false;
  if (key === primaryKeys(model)[0]) return true;
  const unique = model.attributes.get(key)?.unique;
  if (unique === undefined) return false;
  return unique === true || [...model.attributes.values()].filter((each) => each.unique === unique).length === 1;
}

export function findByPk(target: Target, key: Datum, options: Dict, reading: Reading): Sent {
  const where = dict([[primaryKey(target.model), key]]);
  return findOne(target, dict([...options.entries, ['where', where]], options), reading);
}

/** The statement of `count`, `sum` and their like. */
export function aggregate(
  { model, scope }: Target,
  attribute: string,
  name: string,
  options: Dict,
  reading: Reading,
  isCount = false,
): Sent {
  const field = fieldOf(model, attribute);
  const column: Datum = { kind: 'col', name: field };
  const isDistinct = isTruthy(member(options, 'distinct'));
  const inner: Datum = isDistinct ? { kind: 'fn', name: 'DISTINCT', parameters: [column] } : column;
  const own = attributesOf(member(options, 'attributes'), model, reading.notes) ?? [];
  const group = member(options, 'group');
  const grouped =
    group?.kind === 'list'
      ? (attributesOf(
          list(group.items.flatMap((each) => (each.kind === 'list' ? each.items : [each]))),
          model,
          reading.notes,
        ) ?? [])
      : [];
  const value: Selected = { of: { kind: 'fn', name, parameters: [inner] }, as: name };
  const finder = aggregateFinder(model, options, scope, reading.evaluator, reading.notes, {
    chosen: own,
    complete: (chosen) => uniqueBy([...chosen, ...grouped, value]),
    ignoresIncluded: isCount,
  });
  noteOpenParts(finder, reading);
  return {
    operation: isCount ? 'count' : 'aggregate',
    isMany: isTruthy(group),
    finder,
    statements: [statementOfFinder(selectQuery(finder), finder)],
  };
}

function uniqueBy(selected: readonly Selected[]): Selected[] {
  const nameOf = (each: Selected) => (typeof each === 'string' ? each : 'as' in each ? each.as : undefined);
  return selected.filter((each, i) => {
    const name = nameOf(each);
    return name === undefined || selected.findIndex((other) => nameOf(other) === name) === i;
  });
}

export function count(target: Target, options: Dict, reading: Reading): Sent {
  const { model } = target;
  const key = fieldOf(model, primaryKey(model));
  const given = textOf(member(options, 'col'));
  const isJoined = isTruthy(member(options, 'include'));
  const plain = isJoined ? `${model.name}.${given ?? key}` : (given ?? '*');
  const column = isTruthy(member(options, 'distinct')) && plain === '*' ? key : plain;
  const none = constant(null);
  const entries: [string, Datum][] = [
    ['raw', constant(true)],
    ['limit', none],
    ['offset', none],
    ['order', none],
  ];
  return aggregate(target, column, 'count', dict([...options.entries, ...entries], options), reading, true);
}

export function findAndCountAll(target: Target, options: Dict, reading: Reading): Sent {
  const counted = count(target, dict([...options.entries, ['attributes', absent]], options), reading);
  const found = findAll(target, options, reading);
  return { ...found, statements: [...counted.statements, ...found.statements] };
}
