import type { GeneratedParameter } from '../orm';
import { joined, type SqlText, sql } from '../support/sql-text';
import type { Constant, Datum, List, RunTime } from './datum';
import type { Attribute, DataType } from './declared';
import { quotedText } from './quote';
import { sqlMethod } from './sql-methods';

/** A value as Sequelize puts it into the text of a query; what is known at run time only becomes a parameter. */
export function escaped(value: Datum | undefined, field?: Attribute): SqlText {
  if (value === undefined) return ['NULL'];
  switch (value.kind) {
    case 'undefined':
      return ['NULL'];
    case 'constant':
      return [constantText(value)];
    case 'run time':
      return [parameterOf(value)];
    case 'list':
      // Both are sent as one text.
      if (isJson(field?.type) || field?.type.name === 'RANGE') return jsonText(value);
      return isNumber(field?.type) ? numbersText(value) : arrayText(value, field?.type);
    case 'dict':
      return jsonText(value);
    case 'model':
    case 'association':
      return ['NULL'];
    default:
      return sqlMethod(value);
  }
}

/** A value that is sent beside the statement, as INSERT and UPDATE do it: a list or a document is one. */
export function boundValue(value: Datum, field?: Attribute): SqlText {
  if (value.kind === 'constant') return [constantParameter(value)];
  if (value.kind !== 'list' && value.kind !== 'dict') return escaped(value, field);
  const isArray = value.kind === 'list' && !isJson(field?.type);
  const plain = plainOf(value);
  const range = (value.kind === 'dict' ? value.range : undefined) ?? runTimes(value)[0]?.range;
  return [
    {
      source: plain ? JSON.stringify(plain.value) : isArray ? '[…]' : '{ … }',
      range: range ?? { start: 0, end: 0 },
      ...(isArray ? { isArray } : {}),
    },
  ];
}

export function parameterOf(value: RunTime): GeneratedParameter {
  return { source: value.source, range: value.range, ...(value.isArray ? { isArray: true as const } : {}) };
}

function constantParameter(value: Constant): GeneratedParameter {
  const source = typeof value.value === 'string' ? `'${value.value}'` : String(value.value);
  return { source, constant: value.value, range: value.range ?? { start: 0, end: 0 } };
}

function constantText({ value }: Constant): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? quotedText(value) : String(value);
}

export function isJson(type: DataType | undefined): boolean {
  return type?.name === 'JSON' || type?.name === 'JSONB';
}

export function isArrayType(type: DataType | undefined): boolean {
  return type?.name === 'ARRAY';
}

function isNumber(type: DataType | undefined): boolean {
  return /^(?:INTEGER|BIGINT|SMALLINT|MEDIUMINT|TINYINT|FLOAT|REAL|DOUBLE|NUMBER)$/.test(type?.name ?? '');
}

/** A list of numbers where one number is wanted (`{ [Op.any]: [1, 2] }`) becomes `'1,2'`, which PostgreSQL refuses. */
function numbersText(value: List): SqlText {
  const plain = plainOf(value)?.value;
  return Array.isArray(plain) ? [quotedText(plain.join(','))] : jsonText(value);
}

/** `ARRAY['a', 'b']::VARCHAR(255)[]` */
function arrayText(value: List, type: DataType | undefined): SqlText {
  const items = joined(
    value.items.map((item) => escaped(item)),
    ',',
  );
  const cast = type?.element ? `::${type.element.sql}[]` : '';
  return sql`ARRAY[${items}]${cast}`;
}

/** JSON is sent as one text; with something of the run time in it as one parameter. */
function jsonText(value: Datum): SqlText {
  const plain = plainOf(value);
  if (plain !== undefined) return [quotedText(JSON.stringify(plain.value))];
  const [first] = runTimes(value);
  return [{ source: '{ … }', range: first?.range ?? { start: 0, end: 0 } }];
}

/** What a datum is when nothing in it comes from the run time. */
function plainOf(value: Datum): { readonly value: unknown } | undefined {
  if (value.kind === 'constant') return { value: value.value };
  if (value.kind === 'list') {
    const items = value.items.map(plainOf);
    return value.isOpen || items.includes(undefined) ? undefined : { value: items.map((item) => item?.value) };
  }
  if (value.kind !== 'dict' || value.isOpen) return undefined;
  const entries = [...value.entries].map(([key, each]) => [String(key), plainOf(each)] as const);
  if (entries.some(([, each]) => each === undefined)) return undefined;
  return { value: Object.fromEntries(entries.map(([key, each]) => [key, each?.value])) };
}

function runTimes(value: Datum): RunTime[] {
  if (value.kind === 'run time') return [value];
  if (value.kind === 'list') return value.items.flatMap(runTimes);
  if (value.kind === 'dict') return [...value.entries.values()].flatMap(runTimes);
  return [];
}

/** A truthy value, as far as one can say: what comes from the run time is taken to be there. */
export function isTruthy(value: Datum | undefined): boolean {
  if (value === undefined || value.kind === 'undefined') return false;
  return value.kind !== 'constant' || Boolean(value.value);
}
