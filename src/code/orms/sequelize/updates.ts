import { isEmpty, joined, type SqlText, sql } from '../support/sql-text';
import { and, constant, type Datum, type Dict, dict, isTrue, member, textOf } from './datum';
import { fieldOf, isVirtual, primaryKeys, type SequelizeModel } from './declared';
import { mapConditions } from './field-names';
import { findAll, isOpenCondition, type Target } from './finds';
import { fieldNames, now, returningText, tableText } from './inserts';
import { paranoidCondition } from './paranoid';
import { defaultScope, withScope } from './scopes';
import { limitClause } from './select';
import type { Reading, Sent } from './sent';
import { sent } from './sent';
import { boundValue, escaped, isTruthy } from './values';
import { conditions } from './where';

function scopedOptions({ model, scope }: Target, options: Dict, { evaluator }: Reading): Dict {
  return withScope(model, options, scope ?? defaultScope(model, evaluator));
}

function noteConditions(where: Datum | undefined, { notes }: Reading): void {
  if (where && isOpenCondition(where)) notes.add('Conditions added at run time are not included.');
}

function whereText(model: SequelizeModel, where: Datum | undefined, isBound: boolean): SqlText {
  const text = conditions(where, { model, isBound });
  if (!isEmpty(text)) return sql` WHERE ${text}`;
  // Sequelize refuses to change all rows: what is not known here is a condition all the same.
  const isKnown = where !== undefined && !isOpenCondition(where);
  const range = where && 'range' in where ? where.range : undefined;
  return isKnown ? [] : [' WHERE ', { source: 'where', range: range ?? { start: 0, end: 0 } }];
}

export function updateText(
  model: SequelizeModel,
  values: ReadonlyMap<string, Datum>,
  where: Datum | undefined,
  returning?: Datum,
): SqlText {
  const sets = [...values].map(
    ([name, value]) => sql`"${fieldOf(model, name)}"=${boundValue(value, model.attributes.get(name))}`,
  );
  return sql`UPDATE ${tableText(model)} SET ${joined(sets, ',')}${whereText(model, where, true)}${returningText(model, returning)}`;
}

/** Values of attributes that exist, with the time of the update. */
export function changedValues(
  model: SequelizeModel,
  given: Datum,
  options: Dict,
  reading: Reading,
): Map<string, Datum> {
  const values = new Map<string, Datum>();
  const fields = fieldNames(options);
  const { updatedAt } = model.options;
  if (given.kind === 'dict' && given.isOpen) reading.notes.add('More columns may be written at run time.');
  if (given.kind !== 'dict') {
    reading.notes.add('Which columns are written is known at run time: all are shown.');
    for (const { name, isAdded, isPrimaryKey } of model.attributes.values()) {
      const isWanted = fields === undefined ? !isAdded && !isPrimaryKey : fields.includes(name);
      if (isWanted && !isVirtual(model, name)) values.set(name, given);
    }
  }
  for (const name of given.kind === 'dict' ? given.entries.keys() : []) {
    const value = member(given, name);
    if (typeof name !== 'string' || value === undefined || !model.attributes.has(name) || isVirtual(model, name))
      continue;
    if (fields === undefined || fields.includes(name)) values.set(name, value);
  }
  const isSilent = isTrue(member(options, 'silent'));
  if (updatedAt !== undefined && !isSilent) values.set(updatedAt, now());
  return values;
}

/** `Post.update({ status }, { where })` */
export function updateAll(target: Target, given: Datum, options: Dict, reading: Reading): Sent {
  const { model } = target;
  const scoped = scopedOptions(target, options, reading);
  const own = member(scoped, 'where');
  noteConditions(own, reading);
  const where = paranoidCondition(model, own, scoped);
  const values = changedValues(model, given, scoped, reading);
  const text = updateText(model, values, mapConditions(where, model), member(scoped, 'returning'));
  return withRowsBefore(target, 'update', scoped, where, text, reading);
}

/** `individualHooks: true` reads the rows first. */
function withRowsBefore(
  { model }: Target,
  operation: 'update' | 'delete',
  options: Dict,
  where: Datum | undefined,
  text: SqlText,
  reading: Reading,
): Sent {
  const written = sent(operation, true, text);
  if (!isTrue(member(options, 'individualHooks'))) return written;
  const entries: [string, Datum][] = where ? [['where', where]] : [];
  const paranoid = member(options, 'paranoid');
  if (paranoid && operation === 'update') entries.push(['paranoid', paranoid]);
  const found = findAll({ model }, dict(entries), reading);
  return { ...written, statements: [...found.statements, ...written.statements] };
}

/** `Post.destroy({ where })`: an UPDATE of a paranoid model. */
export function destroyAll(target: Target, options: Dict, reading: Reading): Sent {
  const { model } = target;
  const scoped = scopedOptions(target, options, reading);
  const own = member(scoped, 'where');
  noteConditions(own, reading);
  const where = mapConditions(own, model);
  const { deletedAt } = model.options;
  if (deletedAt !== undefined && !isTrue(member(scoped, 'force'))) {
    const entries = where?.kind === 'dict' ? [...where.entries] : [];
    const condition = dict(
      [[fieldOf(model, deletedAt), constant(null)], ...entries],
      where?.kind === 'dict' ? where : undefined,
    );
    const text = updateText(model, new Map([[deletedAt, now()]]), condition);
    return withRowsBefore(target, 'delete', scoped, own, text, reading);
  }
  if (isTrue(member(scoped, 'truncate'))) {
    const restart = isTrue(member(scoped, 'restartIdentity')) ? ' RESTART IDENTITY' : '';
    const cascade = isTrue(member(scoped, 'cascade')) ? ' CASCADE' : '';
    return sent('delete', true, [`TRUNCATE ${tableText(model)}${restart}${cascade}`]);
  }
  return withRowsBefore(target, 'delete', scoped, own, deleteText(model, where, member(scoped, 'limit')), reading);
}

export function deleteText(model: SequelizeModel, where: Datum | undefined, limit?: Datum): SqlText {
  const table = tableText(model);
  const condition = whereText(model, where, false);
  if (!isTruthy(limit) || limit === undefined) return sql`DELETE FROM ${table}${condition}`;
  const keys = primaryKeys(model).map((key) => `"${fieldOf(model, key)}"`);
  const key = keys.length > 1 ? `(${keys.join(',')})` : keys.join('');
  return sql`DELETE FROM ${table} WHERE ${key} IN (SELECT ${keys.join(',')} FROM ${table}${condition}${limitClause({ limit })})`;
}

export function restoreAll({ model }: Target, options: Dict, reading: Reading): Sent | undefined {
  const { deletedAt } = model.options;
  if (deletedAt === undefined) return undefined;
  const own = member(options, 'where');
  noteConditions(own, reading);
  const text = updateText(model, new Map([[deletedAt, constant(null)]]), mapConditions(own, model));
  return sent('update', true, text);
}

/** `Post.increment({ viewCount: 2 }, { where })` */
export function incrementAll(
  target: Target,
  fields: Datum,
  options: Dict,
  sign: '+' | '-',
  reading: Reading,
  own?: Datum,
): Sent | undefined {
  const { model } = target;
  const scoped = scopedOptions(target, options, reading);
  const where =
    own && member(scoped, 'where') ? and(member(scoped, 'where') ?? own, own) : (own ?? member(scoped, 'where'));
  noteConditions(where, reading);
  const by = member(scoped, 'by') ?? constant(1);
  const amounts = new Map<string, Datum>();
  for (const item of fields.kind === 'list' ? fields.items : [fields]) {
    const name = textOf(item);
    if (name !== undefined) amounts.set(name, by);
  }
  if (fields.kind === 'dict') {
    for (const [name, amount] of fields.entries) if (typeof name === 'string') amounts.set(name, amount);
  }
  if (amounts.size === 0) return undefined;
  const { updatedAt, version } = model.options;
  if (version !== undefined) amounts.set(version, constant(sign === '+' ? 1 : -1));
  const sets = [...amounts].map(([name, amount]) => {
    const column = `"${fieldOf(model, name)}"`;
    return sql`${column}=${column}${sign} ${escaped(amount)}`;
  });
  if (updatedAt !== undefined && !amounts.has(updatedAt) && !isTrue(member(scoped, 'silent'))) {
    sets.push(sql`"${fieldOf(model, updatedAt)}"=${escaped(now())}`);
  }
  const condition = whereText(model, mapConditions(where, model), false);
  const returning = member(scoped, 'returning') ?? constant(true);
  const ending =
    returning.kind === 'list' ? returningText(model, returning) : isTruthy(returning) ? [' RETURNING *'] : [];
  return sent(
    'update',
    own === undefined,
    sql`UPDATE ${tableText(model)} SET ${joined(sets, ',')}${condition}${ending}`,
  );
}
