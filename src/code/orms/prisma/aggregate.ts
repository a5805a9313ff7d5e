import { quoteIdentifier } from '../../../sql/identifiers';
import { type SqlText, sql } from '../support/sql-text';
import { type Argument, isFalse, isTrue, type NamedArgument } from './arguments';
import { rowsClause } from './find';
import { keyOf, scalar } from './models';
import { columnOf, selected, tableName } from './names';
import { both, either, list, present, type Request } from './request';
import { scalarConditions } from './scalar-filter';
import type { ScalarField, SchemaModel } from './schema';
import { namedFields } from './selection';

const functions: Readonly<Record<string, string>> = {
  _count: 'COUNT',
  _avg: 'AVG',
  _sum: 'SUM',
  _min: 'MIN',
  _max: 'MAX',
};

interface Aggregate {
  readonly call: string;
  /** undefined for `COUNT(*)`. */
  readonly field?: ScalarField;
}

/** `_count: true`, `_avg: { views: true }`, in the order of the text. */
function aggregatesOf(request: Request, model: SchemaModel, entries: readonly NamedArgument[]): Aggregate[] {
  return entries.flatMap(({ name, argument }): Aggregate[] => {
    const call = functions[name];
    if (call === undefined || isFalse(argument)) return [];
    if (isTrue(argument)) return [{ call }];
    return request.reader.entries(argument).flatMap((entry): Aggregate[] => {
      if (isFalse(entry.argument)) return [];
      if (entry.name === '_all') return [{ call }];
      const field = scalar(model, entry.name);
      return field ? [{ call, field }] : [];
    });
  });
}

/** count and aggregate read the rows in a query of their own: `SELECT COUNT(*) FROM (SELECT id FROM …) AS sub`. */
export function aggregateRows(
  request: Request,
  model: SchemaModel,
  args: Argument | undefined,
  isCount: boolean,
): boolean {
  const { reader } = request;
  const select = isCount ? reader.entry(args, 'select') : undefined;
  const asked = isCount
    ? aggregatesOf(request, model, select ? [{ name: '_count', keyRange: select.range, argument: select }] : [])
    : aggregatesOf(request, model, args ? reader.entries(args) : []);
  const aggregates = asked.length === 0 ? [{ call: 'COUNT' }] : asked;
  const fields = aggregates.flatMap(({ field }: Aggregate) => field ?? []);
  // `_count` of fields asks for them; COUNT(*) alone for the key.
  const hasCountedField = aggregates.some(({ call, field }: Aggregate) => call === 'COUNT' && field !== undefined);
  const hasRows = aggregates.some(({ call, field }: Aggregate) => call === 'COUNT' && field === undefined);
  const inner = [...new Set([...fields, ...(hasRows && !hasCountedField ? keyOf(model) : [])])];
  const clause = rowsClause(request, model, args);
  const outer = aggregates.map(
    ({ call, field }: Aggregate): SqlText => [`${call}(${field ? quoteIdentifier(field.column) : '*'})`],
  );
  const columns = inner.map((field) => columnOf(model.table, field)).join(', ');
  request.send(
    sql`SELECT ${list(outer)} FROM (SELECT ${columns} FROM ${tableName(model)}${clause.joins}${clause.tail}) AS sub`,
  );
  return clause.hasLimit;
}

export function groupBy(request: Request, model: SchemaModel, args: Argument | undefined): boolean {
  const { reader } = request;
  const by = namedFields(request, model, reader.entry(args, 'by'));
  const aggregates = aggregatesOf(request, model, args ? reader.entries(args) : []);
  const ofTable = (field: ScalarField): string => columnOf(model.table, field);
  const columns = [
    ...aggregates.map(({ call, field }) => `${call}(${field ? ofTable(field) : '*'})`),
    ...by.map((field) => selected(model.table, field)),
  ];
  const having = havingCondition(request, model, reader.entry(args, 'having'));
  const orders = aggregateOrder(request, model, reader.entry(args, 'orderBy'));
  const group = sql` GROUP BY ${by.map(ofTable).join(', ')}${having ? sql` HAVING ${having}` : ''}${orders.length > 0 ? sql` ORDER BY ${list(orders)}` : ''}`;
  const clause = rowsClause(request, model, args, { group });
  request.send(sql`SELECT ${columns.join(', ')} FROM ${tableName(model)}${clause.joins}${clause.tail}`);
  return clause.hasLimit;
}

/** `having: { views: { _avg: { gt: 10 } } }` */
function havingCondition(request: Request, model: SchemaModel, having: Argument | undefined): SqlText | undefined {
  if (having === undefined) return undefined;
  const conditions = request.reader.entries(having).flatMap(({ name, argument }): SqlText[] => {
    if (name === 'AND' || name === 'OR' || name === 'NOT') {
      const parts = (request.reader.elements(argument) ?? []).flatMap((each) =>
        present(havingCondition(request, model, each)),
      );
      if (parts.length === 0) return [];
      if (name === 'NOT') return parts.map((part) => sql`(NOT ${part})`);
      return [name === 'AND' ? both(parts) : either(parts)];
    }
    const field = scalar(model, name);
    if (field === undefined) return [];
    const column = columnOf(model.table, field);
    const operand = { text: [column], field, model, qualifier: model.table };
    const inner = request.reader.entries(argument);
    const aggregated = inner.filter((entry) => entry.name in functions);
    if (aggregated.length === 0) return scalarConditions(request, operand, argument);
    return aggregated.flatMap((entry) =>
      scalarConditions(request, { ...operand, text: [`${functions[entry.name]}(${column})`] }, entry.argument),
    );
  });
  return conditions.length === 0 ? undefined : both(conditions);
}

/** `orderBy: { _count: { id: 'desc' } }`, `orderBy: { authorId: 'asc' }` */
function aggregateOrder(request: Request, model: SchemaModel, orderBy: Argument | undefined): SqlText[] {
  if (orderBy === undefined) return [];
  const direction = ({ value }: Argument): string =>
    value.kind === 'literal' && value.value === 'desc' ? 'DESC' : 'ASC';
  return (request.reader.elements(orderBy) ?? []).flatMap((each) =>
    request.reader.entries(each).flatMap(({ name, argument }): SqlText[] => {
      const call = functions[name];
      if (call === undefined) {
        const field = scalar(model, name);
        return field ? [[`${columnOf(model.table, field)} ${direction(argument)}`]] : [];
      }
      return request.reader.entries(argument).flatMap((entry): SqlText[] => {
        const field = scalar(model, entry.name);
        return field ? [[`${call}(${columnOf(model.table, field)}) ${direction(entry.argument)}`]] : [];
      });
    }),
  );
}
