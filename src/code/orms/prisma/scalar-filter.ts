import { pathOf } from '../../facts/value-access';
import { type SqlText, sql } from '../support/sql-text';
import { type Argument, isFalse, isNull, isUnknown, type NamedArgument, parameterOf } from './arguments';
import { columnOf } from './names';
import { both, list, type Request } from './request';
import type { ScalarField, SchemaModel } from './schema';

/** The left side of conditions: a column, or an aggregate of it in HAVING. */
export interface Operand {
  readonly text: SqlText;
  readonly field: ScalarField;
  readonly model: SchemaModel;
  /** Before its columns. */
  readonly qualifier: string;
}

const comparisons: Readonly<Record<string, readonly [operator: string, negated: string]>> = {
  equals: ['=', '<>'],
  gt: ['>', '<='],
  gte: ['>=', '<'],
  lt: ['<', '>='],
  lte: ['<=', '>'],
};

/** `views: { gte: 10, lt: 20 }`, `title: 'x'`, `content: null`: each a condition. */
export function scalarConditions(request: Request, operand: Operand, argument: Argument, isNegated = false): SqlText[] {
  const { field } = operand;
  if (argument.value.kind !== 'object') {
    return [compared(request, operand, argument, 'equals', isNegated, false)];
  }
  const entries = request.reader.entries(argument);
  if (field.isList) return entries.map((entry) => listCondition(request, operand, entry));
  if (field.type === 'Json') return jsonConditions(request, operand, argument);
  const mode = entries.find(({ name }) => name === 'mode')?.argument.value;
  const isInsensitive = mode?.kind === 'literal' && mode.value === 'insensitive';
  const rest = entries.filter(({ name }) => name !== 'mode');
  return rest.flatMap(({ name, argument: given }) => {
    if (name === 'not' && given.value.kind === 'object') {
      const inner = scalarConditions(request, operand, given, !isNegated);
      return inner.length > 1 ? [both(inner)] : inner;
    }
    const negated = name === 'not' ? !isNegated : isNegated;
    return [compared(request, operand, given, name === 'not' ? 'equals' : name, negated, isInsensitive)];
  });
}

function compared(
  request: Request,
  operand: Operand,
  argument: Argument,
  operator: string,
  isNegated: boolean,
  isInsensitive: boolean,
): SqlText {
  const { text: left, field } = operand;
  const not = isNegated ? 'NOT ' : '';
  switch (operator) {
    case 'in':
    case 'notIn':
      return inList(request, operand, argument, (operator === 'notIn') !== isNegated, isInsensitive);
    case 'contains':
    case 'startsWith':
    case 'endsWith': {
      const value = [parameterOf(argument)];
      const before = operator === 'startsWith' ? '' : "'%' || ";
      const behind = operator === 'endsWith' ? '' : " || '%'";
      const pattern = sql`(${before}${value}${behind})`;
      return isInsensitive ? sql`${left} ${not}ILIKE ${pattern}` : sql`${left}::text ${not}LIKE ${pattern}`;
    }
    case 'search':
      return isNegated
        ? sql`(NOT ${request.search([left], parameterOf(argument))})`
        : request.search([left], parameterOf(argument));
    case 'equals':
      if (isNull(argument)) return sql`${left} IS ${not}NULL`;
      break;
    default:
  }
  const [plain, negated] = comparisons[operator] ?? ['=', '<>'];
  if (!(operator in comparisons)) request.note(`What “${operator}” asks for is not known.`);
  const sign = isNegated ? negated : plain;
  const other = fieldReference(operand, argument);
  const right = other ?? request.value(argument, field);
  if (field.type === 'Json') return sql`${left}::jsonb ${sign} ${right}`;
  if (!isInsensitive) return sql`${left} ${sign} ${right}`;
  return operator === 'equals' ? sql`${left} ${not}ILIKE ${right}` : sql`LOWER(${left}) ${sign} LOWER(${right})`;
}

/** `prisma.post.fields.slug` → the column */
function fieldReference(operand: Operand, argument: Argument): SqlText | undefined {
  const path = pathOf(argument.value);
  if (path?.at(-2) !== 'fields') return undefined;
  const field = operand.model.fields.get(path.at(-1) ?? '');
  return field?.kind === 'scalar' ? [columnOf(operand.qualifier, field)] : undefined;
}

function inList(
  request: Request,
  { text: left, field }: Operand,
  argument: Argument,
  isNegated: boolean,
  isInsensitive: boolean,
): SqlText {
  const elements = argument.value.kind === 'array' ? request.reader.elements(argument) : undefined;
  const isWhole = elements !== undefined && !(argument.value.kind === 'array' && argument.value.open);
  if (isWhole && elements.length === 0) return [isNegated ? '1 = 1' : '1 = 0'];
  const values = elements === undefined || elements.length === 0 ? [argument] : elements;
  const bound = values.map((each) => {
    const value = request.value(each, field);
    return isInsensitive ? sql`LOWER(${value})` : value;
  });
  const column = isInsensitive ? sql`LOWER(${left})` : left;
  return sql`${column} ${isNegated ? 'NOT IN' : 'IN'} (${list(bound)})`;
}

/** `keywords: { has: 'sql' }` */
function listCondition(request: Request, { text: left, field }: Operand, { name, argument }: NamedArgument): SqlText {
  const value = request.text([{ ...parameterOf(argument), isArray: true }], field);
  switch (name) {
    case 'has':
    case 'hasEvery':
      return sql`${left} @> ${value}`;
    case 'hasSome':
      return sql`${left} && ${value}`;
    case 'isEmpty':
      return sql`${left} ${isFalse(argument) ? '<>' : '='} '{}'`;
    default:
      return sql`${left} = ${value}`;
  }
}

const jsonTypes: Readonly<Record<string, string>> = { string: 'string', array: 'array' };

/** `settings: { path: ['mail', 'weekly'], equals: true }` */
function jsonConditions(request: Request, operand: Operand, argument: Argument): SqlText[] {
  const { reader } = request;
  const path = reader.entry(argument, 'path');
  const rest = reader.entries(argument).filter(({ name }) => name !== 'path' && name !== 'mode');
  const steps = path === undefined ? [] : (reader.elements(path) ?? [path]);
  const arrow = (operator: string): SqlText =>
    path === undefined
      ? operand.text
      : sql`(${operand.text}${operator}ARRAY[${list(steps.map((step) => [parameterOf(step)]))}]::text[])`;
  const at = (): SqlText => (path === undefined ? operand.text : sql`${arrow('#>')}::jsonb`);
  const typed = (type: string): SqlText => sql`JSONB_TYPEOF(${at()}) = ${request.constant(type)}`;
  return rest.map(({ name, argument: given }) => {
    const value: SqlText = [parameterOf(given)];
    const [family = ''] = name.split('_');
    if (name === 'equals' || name === 'not') {
      if (given.value.kind !== 'literal' && isNull(given)) return sql`${at()} IS ${name === 'not' ? 'NOT ' : ''}NULL`;
      return sql`${at()}::jsonb ${name === 'not' ? '<>' : '='} ${value}`;
    }
    if (name.startsWith('string_')) {
      const before = name === 'string_starts_with' ? '' : "'%' || ";
      const behind = name === 'string_ends_with' ? '' : " || '%'";
      return sql`(${arrow('#>>')} LIKE (${before}${value}${behind}) AND ${typed('string')})`;
    }
    if (name === 'array_contains') return sql`(${at()} @> ${value} AND ${typed(jsonTypes[family] ?? 'array')})`;
    const comparison = comparisons[name]?.[0];
    if (comparison) {
      const type = parameterOf(given).constant;
      return sql`(${at()} ${comparison} ${value} AND ${typed(typeof type === 'string' ? 'string' : 'number')})`;
    }
    request.note(`What “${name}” asks of a JSON column is not shown.`);
    return sql`${at()} IS NOT NULL`;
  });
}

export function isRuntimeObject(argument: Argument): boolean {
  return isUnknown(argument) && argument.value.kind === 'runtime' && argument.value.type === 'object';
}
