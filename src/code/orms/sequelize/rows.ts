import type { TextRange } from '../../../nouns/text-range';
import { prefixOf, sourceOf } from '../../facts/value-access';
import type { ChainValue, Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';
import { constant, type Datum, type Dict, dict, isTrue, member, type RunTime } from './datum';
import { isVirtual, primaryKeys, type SequelizeModel } from './declared';
import { mapConditions } from './field-names';
import { finderOf } from './finder';
import { findOne } from './finds';
import { fieldNames, insertRow, insertWithIncluded, now } from './inserts';
import type { Reading, Sent } from './sent';
import { sent } from './sent';
import { changedValues, deleteText, incrementAll, updateText } from './updates';

/** A loaded or a new row in the program: `post`, `this`, `await Post.findByPk(1)`. */
export interface Row {
  readonly model: SequelizeModel;
  /** As written: `post`. */
  readonly source: string;
  readonly range: TextRange;
  readonly chain: ChainValue;
  /** How many links of the chain are the row. */
  readonly links: number;
  readonly at: Place;
}

export const rowMethods = /^(?:save|update|destroy|reload|restore|increment|decrement)$/;

/** An attribute of the row: `post.authorId`. */
export function valueOfRow({ source, range }: Row, attribute: string): RunTime {
  return { kind: 'run time', source: `${source}.${attribute}`, range };
}

/** `"id" = $1` */
export function whereOfRow(row: Row): Dict {
  const { model } = row;
  const keys = primaryKeys(model);
  const { version } = model.options;
  const names = version === undefined ? keys : [...keys, version];
  return dict(names.map((key) => [key, valueOfRow(row, key)] as const));
}

/** What a method of a row sends. */
export function rowCall(row: Row, name: string, given: readonly Datum[], reading: Reading): Sent | undefined {
  const { model } = row;
  const options = (i: number): Dict => {
    const datum = given[i];
    return datum?.kind === 'dict' ? datum : dict([]);
  };
  const own = dict(primaryKeys(model).map((key) => [key, valueOfRow(row, key)] as const));
  switch (name) {
    case 'save':
      return save(row, options(0), reading);
    case 'update':
      return updateRow(row, given[0] ?? dict([]), options(1), reading);
    case 'destroy':
      return destroyRow(row, options(0), reading);
    case 'restore': {
      const { deletedAt } = model.options;
      if (deletedAt === undefined) return undefined;
      return updateRow(row, dict([[deletedAt, constant(null)]]), options(0), reading);
    }
    case 'reload': {
      const where = mapConditions(own, model) ?? own;
      return findOne({ model }, dict([...options(0).entries, ['where', where]], options(0)), reading);
    }
    default: {
      const sign = name === 'increment' ? '+' : '-';
      return incrementAll({ model }, given[0] ?? dict([]), options(1), sign, reading, own);
    }
  }
}

export function updateRow(row: Row, values: Datum, options: Dict, reading: Reading): Sent {
  const { model } = row;
  const written = changedValues(model, values, options, reading);
  return updateOfRow(row, written, options);
}

function updateOfRow(row: Row, values: Map<string, Datum>, options: Dict): Sent {
  const { version } = row.model.options;
  if (version !== undefined) values.set(version, valueOfRow(row, `${version} + 1`));
  const returning = member(options, 'returning');
  return sent('update', false, updateText(row.model, values, mapConditions(whereOfRow(row), row.model), returning));
}

function destroyRow(row: Row, options: Dict, reading: Reading): Sent {
  const { model } = row;
  const { deletedAt } = model.options;
  if ([...model.associations.values()].some((each) => each.isDeletedWithHooks)) {
    reading.notes.add('Rows that are deleted with it by hooks are not included.');
  }
  if (deletedAt !== undefined && !isTrue(member(options, 'force'))) {
    const { updatedAt } = model.options;
    const values = new Map<string, Datum>([[deletedAt, now()]]);
    if (updatedAt !== undefined && !isTrue(member(options, 'silent'))) values.set(updatedAt, now());
    return { ...updateOfRow(row, values, options), operation: 'delete' };
  }
  return sent('delete', false, deleteText(model, mapConditions(whereOfRow(row), model)));
}

/** An INSERT where the row was built here, else an UPDATE of what the function wrote to it before. */
function save(row: Row, options: Dict, reading: Reading): Sent {
  const built = builtBy(row, reading);
  if (built) {
    const values = withWritten(built.values, writtenTo(row, reading));
    const includes = built.options
      ? finderOf(
          row.model,
          dict([...built.options.entries].filter(([key]) => key === 'include')),
          dict([]),
          reading.evaluator,
          reading.notes,
        ).include
      : [];
    const texts =
      includes.length > 0
        ? insertWithIncluded(row.model, values, options, includes, reading)
        : [insertRow(row.model, values, options, reading)];
    return sent('insert', false, ...texts);
  }
  const written = writtenTo(row, reading);
  const names = fieldNames(options);
  if (written.entries.size === 0 && names === undefined) {
    const own = [...row.model.attributes.values()].filter((each) => !each.isAdded && !each.isPrimaryKey);
    const all = own.filter((each) => !isVirtual(row.model, each.name));
    reading.notes.add('Only what was changed is written: all columns are shown.');
    return updateRow(row, dict(all.map(({ name }) => [name, valueOfRow(row, name)] as const)), options, reading);
  }
  const values = names
    ? dict(names.map((name) => [name, member(written, name) ?? valueOfRow(row, name)] as const))
    : written;
  return updateRow(
    row,
    values,
    names ? dict([...options.entries].filter(([key]) => key !== 'fields')) : options,
    reading,
  );
}

function withWritten(values: Datum, written: Dict): Datum {
  return values.kind === 'dict' ? dict([...values.entries, ...written.entries], values) : values;
}

interface Built {
  readonly values: Datum;
  readonly options?: Dict;
}

/** `Post.build({ … })`, `new Post({ … })` */
function builtBy({ chain, links, at }: Row, { evaluator }: Reading): Built | undefined {
  const origin = evaluator.origins.tracer.traceLinks(chain, links, at);
  if (origin.kind === 'call' && origin.chain.links.at(-1)?.name === 'build') {
    return builtFrom(origin.arguments, origin.at, { evaluator, notes: new Set() });
  }
  if (origin.kind === 'instance' && origin.arguments && origin.at) {
    return builtFrom(origin.arguments, origin.at, { evaluator, notes: new Set() });
  }
  return undefined;
}

function builtFrom([values, second]: readonly Value[], at: Place, { evaluator }: Reading): Built | undefined {
  const options = evaluator.datum(second, at);
  if (options.kind === 'dict' && member(options, 'isNewRecord') !== undefined) return undefined;
  const given = values === undefined ? dict([]) : evaluator.datum(values, at);
  return { values: given, ...(options.kind === 'dict' ? { options } : {}) };
}

/** `post.title = title`, `post.set({ title })`, `post.set('title', title)` before, in the same function. */
function writtenTo({ chain, links, at, range }: Row, { evaluator }: Reading): Dict {
  const entries = new Map<string, Datum>();
  const name = sourceOf(prefixOf(chain, links));
  for (const use of at.file.functions[at.function]?.uses ?? []) {
    if (use.chain.range.start >= range.start && use.chain !== chain) continue;
    const last = use.chain.links.at(-1);
    if (!last || sourceOf(prefixOf(use.chain, use.chain.links.length - 1)) !== name) continue;
    if (use.isWritten) {
      entries.set(last.name, { kind: 'run time', source: `${name}.${last.name}`, range: last.range });
    } else if (/^(?:set|setAttributes|setDataValue)$/.test(last.name)) {
      const [first, second] = last.arguments ?? [];
      const key = evaluator.datum(first, at);
      if (key.kind === 'constant') entries.set(String(key.value), evaluator.datum(second, at));
      if (key.kind === 'dict')
        for (const [each, value] of key.entries) if (typeof each === 'string') entries.set(each, value);
    }
  }
  return dict(entries);
}
