/** What is known of a table's columns, from the database or its schema: the type as format_type prints it. */
export type ColumnTypeOf = (table: string, column: string) => string | undefined;

/** Types whose lengths and precisions cut or round what is cast to them: the column does that itself, and complains. */
const plainTypes: Readonly<Record<string, string>> = {
  'character varying': 'text',
  varchar: 'text',
  character: 'text',
  char: 'text',
  bpchar: 'text',
  text: 'text',
  smallint: 'smallint',
  integer: 'integer',
  bigint: 'bigint',
  numeric: 'numeric',
  real: 'real',
  'double precision': 'double precision',
  boolean: 'boolean',
  uuid: 'uuid',
  date: 'date',
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  json: 'json',
  jsonb: 'jsonb',
};

/** `character varying(20)` → `text[]`: an array whose elements a column of that type takes; undefined for types with forms of their own. */
export function arrayOf(type: string | undefined): string | undefined {
  const plain = type === undefined ? undefined : plainTypes[type.toLowerCase().replace(/\(\d+(?:,\d+)?\)/, '')];
  return plain === undefined ? undefined : `${plain}[]`;
}
