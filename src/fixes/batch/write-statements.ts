import { arrayOf, type ColumnTypeOf } from './column-types';

/** One statement for arrays of what a statement of one row has for each parameter. */
export interface ArrayStatement {
  readonly kind: 'insert' | 'update' | 'delete';
  readonly sql: string;
  /** How many parameters there are, `$1` to this. */
  readonly parameters: number;
  /** The index of the one by which rows are told apart, which no two turns may share. */
  readonly key?: number;
}

interface Written {
  readonly column: string;
  /** `$2` → 2; undefined for what is no parameter. */
  readonly parameter?: number;
  /** With its brackets: `text[]`. */
  readonly type?: string;
  readonly text: string;
}

const name = '(?:\\w+|"[^",]+")';
const table = `(?:${name}\\.)?${name}`;
const value = `(?:\\$\\d+(?:::[a-z][\\w ]*(?:\\(\\d+\\))?)?|'[^'$,]*'|-?\\d+(?:\\.\\d+)?|true|false|null|now\\(\\)|current_timestamp)`;
const insertion = new RegExp(
  `^(\\s*insert\\s+into\\s+(${table})\\s*\\()(\\s*${name}(?:\\s*,\\s*${name})*\\s*)(\\)\\s*)values\\s*\\((\\s*${value}(?:\\s*,\\s*${value})*\\s*)\\)(\\s*on\\s+conflict\\b[^$]*\\bdo\\s+nothing)?(\\s*;?\\s*)$`,
  'i',
);
const change = new RegExp(
  `^(\\s*update\\s+(${table})\\s+set\\s+)(${name}\\s*=\\s*${value}(?:\\s*,\\s*${name}\\s*=\\s*${value})*)(\\s+)where\\s+(${name}\\s*=\\s*\\$\\d+(?:::\\w+)?)(\\s*;?\\s*)$`,
  'i',
);
const deletion = new RegExp(
  `^(\\s*delete\\s+from\\s+(${table})\\s+where\\s+(${name})\\s*=\\s*)\\$1(::\\w+)?(\\s*;?\\s*)$`,
  'i',
);

/** Undefined for any other statement, and where the type of a column is not known. */
export function arrayStatement(sql: string, typeOf: ColumnTypeOf, library: string): ArrayStatement | undefined {
  return insertOf(sql, typeOf) ?? updateOf(sql, typeOf) ?? deleteOf(sql, typeOf, library);
}

/** `INSERT INTO tags (label, uses) SELECT * FROM unnest($1::text[], $2::bigint[])`; DO UPDATE could meet a row twice. */
function insertOf(sql: string, typeOf: ColumnTypeOf): ArrayStatement | undefined {
  const [, head, into = '', names = '', between, values = '', conflict = '', end] = insertion.exec(sql) ?? [];
  const columns = listed(names);
  const given = listed(values);
  if (columns.length === 0 || columns.length !== given.length) return undefined;
  const written = columns.map((column, index) => writtenOf(column, given[index] ?? '', into, typeOf));
  const arrays = arraysOf(written);
  if (!arrays) return undefined;
  const isAll = arrays.length === written.length;
  const selected = isAll
    ? '*'
    : written.map(({ parameter, column, text }) => (parameter ? `given.${column}` : text)).join(', ');
  const alias = isAll ? '' : ` AS given (${arrays.map(({ column }) => column).join(', ')})`;
  const from = `SELECT ${selected} FROM unnest(${arrays.map(arrayText).join(', ')})${alias}`;
  return {
    kind: 'insert',
    sql: `${head}${names}${between}${from}${conflict}${end}`,
    parameters: arrays.length,
  };
}

/** `UPDATE tags SET uses = given.uses FROM unnest($1::bigint[], $2::integer[]) AS given (uses, id) WHERE tags.id = given.id` */
function updateOf(sql: string, typeOf: ColumnTypeOf): ArrayStatement | undefined {
  const [, head, of = '', sets = '', space, condition = '', end] = change.exec(sql) ?? [];
  if (head === undefined) return undefined;
  const pair = (text: string): Written => {
    const at = text.indexOf('=');
    return writtenOf(text.slice(0, at).trim(), text.slice(at + 1).trim(), of, typeOf);
  };
  const changed = listed(sets).map(pair);
  const key = pair(condition);
  const arrays = arraysOf([...changed, key]);
  if (!arrays || new Set(arrays.map(({ column }) => column.toLowerCase())).size < arrays.length) return undefined;
  const set = changed
    .map(({ column, parameter, text }) => `${column} = ${parameter ? `given.${column}` : text}`)
    .join(', ');
  const from = `FROM unnest(${arrays.map(arrayText).join(', ')}) AS given (${arrays.map(({ column }) => column).join(', ')})`;
  const own = of.slice(of.lastIndexOf('.') + 1);
  return {
    kind: 'update',
    sql: `${head}${set} ${from}${space}WHERE ${own}.${key.column} = given.${key.column}${end}`,
    parameters: arrays.length,
    key: (key.parameter ?? 0) - 1,
  };
}

/** `DELETE FROM tags WHERE id = ANY($1)`; pg-promise writes arrays into the text, where they need their type. */
function deleteOf(sql: string, typeOf: ColumnTypeOf, library: string): ArrayStatement | undefined {
  const [, head, of = '', column = '', cast, end] = deletion.exec(sql) ?? [];
  if (head === undefined) return undefined;
  const type = cast ? `${cast.slice(2)}[]` : arrayOf(typeOf(plain(of), plain(column)));
  const isBare = library !== 'pg-promise' && !cast;
  if (!isBare && type === undefined) return undefined;
  return { kind: 'delete', sql: `${head}ANY($1${isBare ? '' : `::${type}`})${end}`, parameters: 1 };
}

function writtenOf(column: string, text: string, of: string, typeOf: ColumnTypeOf): Written {
  const [, number, cast] = /^\$(\d+)(?:::(.*))?$/.exec(text) ?? [];
  if (number === undefined) return { column, text };
  const type = cast === undefined ? arrayOf(typeOf(plain(of), plain(column))) : `${cast.trim()}[]`;
  return { column, text, parameter: Number(number), type };
}

/** Undefined where a parameter is missing, is there twice, or has no known type. */
function arraysOf(written: readonly Written[]): readonly Written[] | undefined {
  const arrays = written.filter(({ parameter }) => parameter !== undefined);
  const numbered = [...arrays].sort((a, b) => (a.parameter ?? 0) - (b.parameter ?? 0));
  const isWhole = numbered.every(({ parameter, type }, index) => parameter === index + 1 && type !== undefined);
  return arrays.length > 0 && isWhole ? arrays : undefined;
}

function arrayText({ parameter, type }: Written): string {
  return `$${parameter}::${type}`;
}

/** Names and values have no commas within. */
function listed(text: string): string[] {
  return text.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
}

/** `"Tags"` → `Tags`, `Tags` → `tags`; a schema stays before it. */
function plain(written: string): string {
  return written.replace(
    /"([^"]+)"|(\w+)/g,
    (_, exact?: string, folded?: string) => exact ?? folded?.toLowerCase() ?? '',
  );
}
