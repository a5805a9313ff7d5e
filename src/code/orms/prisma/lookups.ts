import { type SqlText, sql } from '../support/sql-text';
import type { Argument } from './arguments';
import { type Scope, uniqueCondition, whereCondition } from './filter';
import { selectText } from './find';
import { keyOf, type Relation } from './models';
import { columnOf, tableName } from './names';
import { both, type Request } from './request';
import type { ScalarField, SchemaModel } from './schema';

export function withKey(model: SchemaModel, fields: readonly ScalarField[]): ScalarField[] {
  return [...new Set([...keyOf(model), ...fields])];
}

export const first = (request: Request): SqlText => sql` LIMIT ${request.constant(1)} OFFSET ${request.constant(0)}`;
export const rest = (request: Request): SqlText => sql` OFFSET ${request.constant(0)}`;

export function lookUp(request: Request, { to, other }: Relation, where: Argument | undefined): void {
  const condition = uniqueCondition(request, ofTable(to), where);
  request.send(selectText(to, { fields: withKey(to, other) }, [], [], sql` WHERE ${condition}${first(request)}`));
}

export function ofTable(model: SchemaModel): Scope {
  return { model, qualifier: model.table };
}

/** `id IN (…) AND …`: rows that a statement before has found. */
export function found(request: Request, model: SchemaModel, condition: SqlText = ['1 = 1']): SqlText {
  const keys = keyOf(model).map(
    (field) => sql`${columnOf(model.table, field)} IN (${request.runtime(`${field.name} of ${model.name}`)})`,
  );
  return both([...keys, condition]);
}

/** The related rows that a condition picks. */
export function pick(request: Request, relation: Relation, condition: SqlText): void {
  const { to, own, other, from, joinTable } = relation;
  const keys = own.map((field) => request.runtime(`${field.name} of ${from.name}`));
  if (joinTable) {
    const alias = `t${request.alias()}`;
    const on = other.map((each) => `${columnOf(alias, joinTable.other)} = ${columnOf(to.table, each)}`).join(' AND ');
    const join: SqlText = [` INNER JOIN ${tableName({ ...from, ...joinTable })} AS ${alias} ON ${on}`];
    const where = both([condition, sql`${columnOf(alias, joinTable.own)} IN (${keys[0] ?? []})`]);
    const column: SqlText = [columnOf(alias, joinTable.own)];
    request.send(selectText(to, { fields: keyOf(to) }, [column], join, sql` WHERE ${where}${rest(request)}`));
    return;
  }
  const isHere = relation.key === 'here';
  const links = other.map((field, i) => sql`${columnOf(to.table, field)} IN (${keys[i] ?? []})`);
  const fields = isHere ? keyOf(to) : withKey(to, other);
  request.send(selectText(to, { fields }, [], [], sql` WHERE ${both([condition, ...links])}${rest(request)}`));
}

export function uniques(request: Request, model: SchemaModel, argument: Argument): SqlText[] {
  const elements = request.reader.elements(argument) ?? [argument];
  return elements.map((each) => uniqueCondition(request, ofTable(model), each));
}

export function filtered(request: Request, model: SchemaModel, where: Argument | undefined): SqlText {
  return whereCondition(request, ofTable(model), where) ?? ['1 = 1'];
}
