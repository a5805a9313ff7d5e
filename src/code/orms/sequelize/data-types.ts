import { entry, numberOf, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { DataType } from './declared';

const sqlNames: Readonly<Record<string, string>> = {
  STRING: 'VARCHAR',
  CHAR: 'CHAR',
  TEXT: 'TEXT',
  CITEXT: 'CITEXT',
  TSVECTOR: 'TSVECTOR',
  NUMBER: 'NUMERIC',
  INTEGER: 'INTEGER',
  TINYINT: 'SMALLINT',
  SMALLINT: 'SMALLINT',
  MEDIUMINT: 'INTEGER',
  BIGINT: 'BIGINT',
  FLOAT: 'FLOAT',
  REAL: 'REAL',
  DOUBLE: 'DOUBLE PRECISION',
  DECIMAL: 'DECIMAL',
  NUMERIC: 'DECIMAL',
  BOOLEAN: 'BOOLEAN',
  TIME: 'TIME',
  DATE: 'TIMESTAMP WITH TIME ZONE',
  DATEONLY: 'DATE',
  NOW: 'TIMESTAMP WITH TIME ZONE',
  HSTORE: 'HSTORE',
  JSON: 'JSON',
  JSONB: 'JSONB',
  BLOB: 'BYTEA',
  RANGE: 'RANGE',
  UUID: 'UUID',
  UUIDV1: 'UUID',
  UUIDV4: 'UUID',
  VIRTUAL: '',
  ENUM: 'TEXT',
  ARRAY: '',
  GEOMETRY: 'GEOMETRY',
  GEOGRAPHY: 'GEOGRAPHY',
  CIDR: 'CIDR',
  INET: 'INET',
  MACADDR: 'MACADDR',
};

const unknownType: DataType = { name: '', sql: 'TEXT' };

/** `DataTypes.STRING(80)`, `Sequelize.ARRAY(Sequelize.TEXT)`, `new DataTypes.ENUM('a', 'b')`, `'VARCHAR(80)'` */
export function dataTypeOf(value: Value | undefined): DataType {
  const text = stringOf(value);
  if (text !== undefined) return { name: /^\w+/.exec(text)?.[0].toUpperCase() ?? '', sql: text };
  if (value?.kind !== 'chain') return unknownType;
  const link = value.links.find(({ name }) => name in sqlNames);
  const name = link?.name ?? (typeof value.root === 'string' ? value.root : '');
  const sql = sqlNames[name];
  if (sql === undefined) return unknownType;
  const given = (link ?? value.links.find((each) => each.name === ''))?.arguments ?? [];
  if (name === 'ARRAY') {
    const element = dataTypeOf(entry(given[0], 'type') ?? given[0]);
    return { name, sql: `${element.sql}[]`, element };
  }
  if (name === 'VIRTUAL') {
    const fields = given[1]?.kind === 'array' ? given[1].elements.map((each) => stringOf(each.value)) : [];
    return { name, sql, fields: fields.filter((field) => field !== undefined) };
  }
  const sizes = given.map(numberOf).filter((size) => size !== undefined);
  const size = name === 'STRING' || name === 'CHAR' ? [sizes[0] ?? 255] : sizes;
  return { name, sql: size.length > 0 ? `${sql}(${size.join(',')})` : sql };
}

/** Whether an expression is a data type and no object with options. */
export function isDataType(value: Value): boolean {
  return value.kind === 'chain' || stringOf(value) !== undefined;
}

/** The type that sequelize-typescript infers from an annotation: `title: string`. */
export function inferredType(annotation: string | undefined): DataType {
  const name = annotation?.replace(/\s*\|\s*(?:null|undefined)\s*/g, '').trim();
  const inferred = { string: 'STRING', number: 'INTEGER', boolean: 'BOOLEAN', bigint: 'BIGINT', Date: 'DATE' }[
    name ?? ''
  ];
  return inferred === undefined ? unknownType : { name: inferred, sql: sqlNames[inferred] ?? 'TEXT' };
}
