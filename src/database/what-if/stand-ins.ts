import { silently } from './batch';
import type { MemoryPostgres } from './pglite';

/** No user's schema has a space in its name by accident. */
const helpers = '"stand ins"';

/**
 * Creates a type of this name that is stored, compared and measured as text is (PostGIS' `geometry`, pgvector's
 * `vector`), with any modifiers: statistics of its columns can be restored, and B-trees and unique constraints be built on it.
 * Its own operators and functions are not there. `name` as format_type prints it, without modifier and brackets.
 * Returns whether it worked.
 */
export async function createStandInType(db: MemoryPostgres, name: string): Promise<boolean> {
  const [row] = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_proc WHERE pronamespace = to_regnamespace('${helpers}')`,
  );
  const input = `${helpers}.read_${row?.count ?? 0}`;
  const output = `${helpers}.write_${row?.count ?? 0}`;
  const schema = /^("(?:[^"]|"")+"|[\w$]+)\../.exec(name)?.[1];
  return silently(
    db,
    `CREATE SCHEMA IF NOT EXISTS ${helpers};
     ${schema === undefined ? '' : `CREATE SCHEMA IF NOT EXISTS ${schema};`}
     CREATE TYPE ${name};
     CREATE FUNCTION ${input}(cstring) RETURNS ${name} LANGUAGE internal IMMUTABLE STRICT AS 'textin';
     CREATE FUNCTION ${output}(${name}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
     -- Any modifier is taken, and means nothing: this one answers 1, the number of the list's dimensions.
     CREATE OR REPLACE FUNCTION ${helpers}.modifier(cstring[]) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'array_ndims';
     CREATE TYPE ${name} (INPUT = ${input}, OUTPUT = ${output}, LIKE = text, TYPMOD_IN = ${helpers}.modifier, COLLATABLE = true);
     CREATE CAST (${name} AS text) WITHOUT FUNCTION AS IMPLICIT;
     CREATE CAST (text AS ${name}) WITHOUT FUNCTION AS ASSIGNMENT`,
  );
}

/** `public.geometry(Point,4326)[]` → `public.geometry` */
export function withoutModifiers(type: string): string {
  return type.replace(/(?:\[\d*\])+$/, '').replace(/\([^()]*\)$/, '');
}

/** Which of these types (as format_type prints them) the planner in memory does not know. */
export async function unknownTypes(db: MemoryPostgres, types: Iterable<string>): Promise<Set<string>> {
  const names = [...new Set([...types].map(withoutModifiers))];
  const unknown = new Set<string>();
  for (let from = 0; from < names.length; from += 500) {
    const rows = await db.query<{ name: string }>(
      'SELECT name FROM unnest($1::text[]) AS name WHERE to_regtype(name) IS NULL',
      [names.slice(from, from + 500)],
    );
    for (const { name } of rows) unknown.add(name);
  }
  return unknown;
}
