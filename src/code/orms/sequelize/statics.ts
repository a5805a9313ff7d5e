import { type Datum, type Dict, dict, isTrue, type ModelRef, member, textOf } from './datum';
import type { SequelizeModel } from './declared';
import { finderOf } from './finder';
import { aggregate, count, findAll, findAndCountAll, findByPk, findOne } from './finds';
import { bulkInsert, insertRow, insertText, insertWithIncluded, rowValues, upsertText } from './inserts';
import { followUp, type Reading, type Sent, sent } from './sent';
import { destroyAll, incrementAll, restoreAll, updateAll } from './updates';

/** Methods of a model, with the place of their options among the arguments. */
const methods: ReadonlyMap<string, number> = new Map([
  ['findAll', 0],
  ['findOne', 0],
  ['findByPk', 1],
  ['findAndCountAll', 0],
  ['count', 0],
  ['max', 1],
  ['min', 1],
  ['sum', 1],
  ['aggregate', 2],
  ['findOrCreate', 0],
  ['findCreateFind', 0],
  ['findOrBuild', 0],
  ['create', 1],
  ['bulkCreate', 1],
  ['upsert', 1],
  ['update', 1],
  ['destroy', 0],
  ['restore', 0],
  ['truncate', 0],
  ['increment', 1],
  ['decrement', 1],
]);

export const staticMethods: ReadonlySet<string> = new Set(methods.keys());

export function optionsIndex(name: string): number {
  return methods.get(name) ?? 0;
}

/** What a method of a model sends; undefined when it is called as Sequelize would refuse. */
export function staticCall(
  target: ModelRef,
  name: string,
  given: readonly Datum[],
  reading: Reading,
): Sent | undefined {
  const { model } = target;
  const [first, second] = given;
  const options = optionsOf(given[optionsIndex(name)], reading);
  switch (name) {
    case 'findAll':
      return findAll(target, options, reading);
    case 'findOne':
      return findOne(target, options, reading);
    case 'findByPk':
      return first && findByPk(target, first, options, reading);
    case 'findAndCountAll':
      return findAndCountAll(target, options, reading);
    case 'count':
      return count(target, options, reading);
    case 'max':
    case 'min':
    case 'sum':
      return aggregate(target, textOf(first) ?? '', name, options, reading);
    case 'aggregate':
      return aggregate(target, textOf(first) ?? '', textOf(second) ?? '', options, reading);
    case 'findOrBuild':
      return findOne(target, withoutDefaults(options), reading);
    case 'findOrCreate':
    case 'findCreateFind':
      return findOrCreate(target, options, reading, name === 'findOrCreate');
    case 'create':
      return create(model, first ?? dict([]), options, reading);
    case 'bulkCreate':
      return first && bulkCreate(model, first, options, reading);
    case 'upsert':
      return first && sent('upsert', false, upsertText(model, first, options, reading));
    case 'update':
      return first && updateAll(target, first, options, reading);
    case 'destroy':
      return destroyAll(target, options, reading);
    case 'truncate':
      return destroyAll(
        target,
        dict([...options.entries, ['truncate', { kind: 'constant', value: true }]], options),
        reading,
      );
    case 'restore':
      return restoreAll(target, options, reading);
    case 'increment':
    case 'decrement':
      return first && incrementAll(target, first, options, name === 'increment' ? '+' : '-', reading);
    default:
      return undefined;
  }
}

function optionsOf(given: Datum | undefined, { notes }: Reading): Dict {
  if (given?.kind === 'dict') return given;
  if (given && given.kind !== 'undefined') notes.add('Options of the call are known at run time only.');
  return dict([]);
}

function create(model: SequelizeModel, values: Datum, options: Dict, reading: Reading): Sent {
  const include = options.entries.get('include');
  if (include === undefined) return sent('insert', false, insertRow(model, values, options, reading));
  const { evaluator, notes } = reading;
  const includes = finderOf(model, dict([['include', include]]), dict([]), evaluator, notes).include;
  return sent('insert', false, ...insertWithIncluded(model, values, options, includes, reading));
}

/** One statement for all rows; with hooks for each row one for each. */
function bulkCreate(model: SequelizeModel, records: Datum, options: Dict, reading: Reading): Sent {
  const isEach = isTrue(member(options, 'individualHooks'));
  const rows = records.kind === 'list' && records.items.length > 0 ? records.items : [records];
  if (!isEach) return sent('insert', true, bulkInsert(model, records, options, reading));
  reading.notes.add('Hooks are run for each row: so many statements are sent.');
  const own = dict([...options.entries].filter(([key]) => key !== 'fields' && key !== 'ignoreDuplicates'));
  return sent('insert', true, ...rows.map((row) => insertRow(model, row, own, reading)));
}

function withoutDefaults(options: Dict): Dict {
  return dict(
    [...options.entries].filter(([key]) => key !== 'defaults'),
    options,
  );
}

/** Looks for the row, and inserts it where there is none. */
function findOrCreate(target: ModelRef, options: Dict, reading: Reading, isInFunction: boolean): Sent {
  const { model } = target;
  const found = findOne(target, withoutDefaults(options), reading);
  const where = member(options, 'where');
  const defaults = member(options, 'defaults');
  const values = dict([
    ...(where?.kind === 'dict' ? [...where.entries].filter(([, value]) => value.kind !== 'dict') : []),
    ...(defaults?.kind === 'dict' ? defaults.entries : []),
  ]);
  const inTransaction = member(options, 'transaction');
  const ignored = !isInFunction && inTransaction ? ' ON CONFLICT DO NOTHING' : '';
  const inserted = isInFunction
    ? insertText(model, rowValues(model, values, reading), [' RETURNING *'], false)
    : insertRow(
        model,
        values,
        ignored === '' ? dict([]) : dict([['ignoreDuplicates', { kind: 'constant', value: true }]]),
        reading,
      );
  return { ...found, operation: 'upsert', isMany: false, statements: [...found.statements, followUp(inserted)] };
}
