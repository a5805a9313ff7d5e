import { Problem, type ProblemKind } from '../../nouns/problem';
import { quoteIdentifier } from '../../sql/identifiers';
import type { CatalogQuery, Gate } from '../gate';
import { isoTime } from '../iso-time';
import type { Section } from './health';

/** What every section has to know before it asks. */
export interface Circumstances {
  /** server_version_num: 180004 */
  readonly version: number;
  /** By the server's clock. */
  readonly now: string;
  readonly user: string;
  readonly isReplica: boolean;
  /** Has the privileges of pg_read_all_stats: sees what others' sessions do. */
  readonly seesStatistics: boolean;
  /** Has the privileges of pg_read_all_settings. */
  readonly seesSettings: boolean;
}

/** Reads one section in a transaction that others may have begun. */
export type SectionReader<T> = (query: CatalogQuery, circumstances: Circumstances) => Promise<Section<T>>;

type Readers<T> = { readonly [Name in keyof T]: SectionReader<T[Name]> };
export type Sections<T> = { [Name in keyof T]: Section<T[Name]> };

export interface ReadingOptions {
  readonly signal?: AbortSignal;
  /** Of one statement; default: the gate's. */
  readonly statementMs?: number;
}

export interface SectionOptions<T> extends ReadingOptions {
  /** Told of each section that was read, with those before it. */
  readonly onSection?: (name: keyof T, circumstances: Circumstances, read: Partial<Sections<T>>) => void;
}

/**
 * Reads sections one after the other in one read-only transaction. A section that fails says so and a new transaction is begun
 * for the others: over a slow line that is fewer round trips than a savepoint for each, and it also goes on after a
 * connection that was lost with its statement. Rejects with a Problem when there is no answer to hope for.
 */
export async function readSections<T>(
  gate: Gate,
  { onSection, ...options }: SectionOptions<T>,
  readers: Readers<T>,
): Promise<{ readonly circumstances: Circumstances; readonly sections: Sections<T> }> {
  const left = Object.keys(readers) as (keyof T)[];
  const sections: Partial<Sections<T>> = {};
  let circumstances: Circumstances | undefined;
  do {
    let asked: keyof T | undefined;
    try {
      await gate.transaction({ access: 'read only', ...options }, async ({ query }) => {
        const known = await readCircumstances(query);
        circumstances ??= known;
        for (asked = left[0]; asked !== undefined; asked = left[0]) {
          sections[asked] = await readers[asked](query, known);
          left.shift();
          onSection?.(asked, known, sections);
        }
      });
    } catch (error) {
      if (asked === undefined || !isOfOneSection(error, options.signal)) throw error;
      sections[asked] = { missing: [error.message, error.hint].filter(Boolean).join(' ') };
      left.shift();
    }
  } while (left.length > 0);
  if (!circumstances) throw new Problem('not-understood', `${gate.label} answers, but not as PostgreSQL does.`);
  return { circumstances, sections: sections as Sections<T> };
}

const endsAll: ReadonlySet<ProblemKind> = new Set([
  'restricted-workspace',
  'no-database',
  'unreachable',
  'authentication',
  'tls',
  'not-understood',
]);

function isOfOneSection(error: unknown, signal: AbortSignal | undefined): error is Problem {
  return error instanceof Problem && !endsAll.has(error.kind) && !signal?.aborted;
}

/**
 * Compiling a query of the catalogs takes longer than running it, a busy server has no workers to spare for us, and with
 * thousands of tables we would write temporary files, which we count. Joins in the order in which we wrote them: nobody
 * analyses the catalogs, and of pg_stats the planner would look at the privileges on each column of each index first.
 */
async function readCircumstances(query: CatalogQuery): Promise<Circumstances> {
  const [row] = await query<Circumstances>(
    `SELECT current_setting('server_version_num')::int AS version, ${isoTime('clock_timestamp()')} AS now,
       current_user::text AS "user", pg_is_in_recovery() AS "isReplica",
       pg_has_role('pg_read_all_stats', 'USAGE') AS "seesStatistics",
       pg_has_role('pg_read_all_settings', 'USAGE') AS "seesSettings",
       set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),
       set_config('join_collapse_limit', '1', true),
       set_config('work_mem', greatest(16384, (SELECT setting::int FROM pg_settings WHERE name = 'work_mem'))::text, true)`,
  );
  if (!row) throw new Problem('not-understood', 'The server answers, but not as PostgreSQL does.');
  return row;
}

/** `The statements of other users are hidden: GRANT pg_monitor TO blog shows them.` */
export function hidden(what: string, { user }: Circumstances): string {
  return `${what} are hidden: GRANT pg_monitor TO ${quoteIdentifier(user)} shows them.`;
}

/** A section with the sentences on what is not in it, if there are any. */
export function section<T>(value: T, ...partly: readonly (string | false | undefined)[]): Section<T> {
  const sentences = partly.filter((sentence) => typeof sentence === 'string');
  return sentences.length === 0 ? { value } : { value, partly: sentences.join(' ') };
}

/** Of a query that always has one row. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Problem('not-understood', 'The server answers, but not as PostgreSQL does.');
  return row;
}

/** PostgreSQL's NULL is an absent field. */
export function withoutNulls<Row extends object>(row: Row): WithoutNulls<Row> {
  const known: Record<string, unknown> = {};
  for (const name in row) if (row[name] !== null) known[name] = row[name];
  return known as WithoutNulls<Row>;
}

/**
 * `withoutNulls` for thousands of rows, and without the fields that are left out. V8 keeps what is made field by field as a hash
 * table; a copy of one that had the same fields is made, and read, several times faster.
 */
export function rowMaker<Row extends object, Name extends keyof Row>(
  leftOut: readonly Name[],
): (row: Row) => WithoutNulls<Omit<Row, Name>> {
  const templates = new Map<string, Record<string, unknown>>();
  return (row) => {
    const values = row as Record<string, unknown>;
    let shape = '';
    for (const name in values) shape += values[name] === null ? '0' : '1';
    let template = templates.get(shape);
    if (!template) {
      const names = Object.keys(values).filter((name) => values[name] !== null && !leftOut.includes(name as Name));
      // Copied, so that it is no hash table itself.
      template = { ...Object.fromEntries(names.map((name) => [name, undefined])) };
      templates.set(shape, template);
    }
    const made = { ...template };
    for (const name in made) made[name] = values[name];
    return made as WithoutNulls<Omit<Row, Name>>;
  };
}

type WithoutNulls<Row> = {
  [Name in keyof Row as null extends Row[Name] ? never : Name]: Row[Name];
} & {
  [Name in keyof Row as null extends Row[Name] ? Name : never]?: Exclude<Row[Name], null>;
};
