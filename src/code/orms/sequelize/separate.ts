import type { SqlText } from '../support/sql-text';
import { and, type Datum, type Dict, dict, isTrue, list, member, op, type RunTime } from './datum';
import { isMulti, type SequelizeModel } from './declared';
import { type Evaluator, nowhere } from './evaluate';
import { finderOf } from './finder';
import type { Finder, FinderNotes, Include } from './finder-types';
import { selectQuery } from './select';

/** The queries of their own that a find sends for included rows, with those that these send in turn. */
export function separateQueries(finder: Finder, evaluator: Evaluator, notes: FinderNotes, isOne: boolean): SqlText[] {
  if (isTrue(member(finder.options, 'raw'))) return [];
  return separateIn(finder.include, isOne, evaluator, notes);
}

function separateIn(includes: readonly Include[], isOne: boolean, evaluator: Evaluator, notes: FinderNotes): SqlText[] {
  return includes.flatMap((include) =>
    include.isSeparate
      ? separateQuery(include, isOne, evaluator, notes)
      : separateIn(include.include, isOne && !isMulti(include.association), evaluator, notes),
  );
}

function separateQuery(include: Include, isOne: boolean, evaluator: Evaluator, notes: FinderNotes): SqlText[] {
  const { association, model, options } = include;
  const own = [...options.entries].filter(([key]) => key !== 'model' && key !== 'as' && key !== 'association');
  const keys = keysOf(association.source, association.sourceKey, include);
  const limit = member(options, 'limit');
  const isGrouped = limit !== undefined && !isOne;
  const key = dict(isGrouped ? [] : [[association.foreignKey, dict([[op('in'), isOne ? list([keys]) : keys]])]]);
  const where = include.where ? and(key, include.where) : key;
  const attributes: Datum = list(
    include.attributes.map((each): Datum => {
      if (typeof each === 'string') return { kind: 'constant', value: each };
      if ('sql' in each) return each.sql;
      const of: Datum = typeof each.of === 'string' ? { kind: 'constant', value: each.of } : each.of;
      return list([of, { kind: 'constant', value: each.as }]);
    }),
  );
  const entries = own.filter(([name]) => !(isGrouped && name === 'limit'));
  const given: Dict = dict([...entries, ['where', where], ['attributes', attributes]], options);
  const finder = finderOf(model, given, undefined, evaluator, notes);
  const grouped = isGrouped ? { on: association, limit, values: [oneOf(keys), oneOf(keys)] } : undefined;
  if (grouped) notes.add('The rows of two of the keys are asked for here; the program sends one branch for each key.');
  return [selectQuery(finder, grouped), ...separateIn(finder.include, false, evaluator, notes)];
}

/** `id of Post` */
function keysOf(model: SequelizeModel, key: string, include: Include): RunTime {
  const places = [...include.options.places.values()];
  const range = places[0] ?? nowhere;
  return { kind: 'run time', source: `${key} of ${model.plural}`, range, isArray: true };
}

function oneOf(keys: RunTime): RunTime {
  return { kind: 'run time', source: keys.source, range: keys.range };
}
