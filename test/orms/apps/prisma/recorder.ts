import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { prepareValue } from 'pg/lib/utils';

interface Query {
  text: string;
  values?: unknown[];
  types?: { getTypeParser(oid: number, format: string): (text: string) => unknown };
}

/** What the application sent, in order. BEGIN, COMMIT and the like are left out. */
export const sent: { sql: string; parameters: readonly unknown[] }[] = [];

const oids = Array.from({ length: 20000 }, (_, oid) => oid);
/** Everything comes and goes as text, so that `pg`'s own way of reading it is used. */
const parsers = Object.fromEntries(oids.map((oid) => [oid, (text: string) => text]));
const serializers = Object.fromEntries(oids.map((oid) => [oid, String]));

const opened: Promise<PGlite> = open();

async function open(): Promise<PGlite> {
  const database = await PGlite.create();
  for (const file of ['schema.sql', 'seed.sql']) await database.exec(await readFile(join(__dirname, file), 'utf8'));
  await database.exec('BEGIN');
  return database;
}

/** Takes back what was written: all cases run in one transaction, and begin with the same rows. */
export async function reset(): Promise<void> {
  await (await opened).exec('ROLLBACK; BEGIN');
  sent.length = 0;
}

export async function close(): Promise<void> {
  await (await opened).close();
}

/** A pool of `pg` whose every connection is the database in memory, and that writes down what it is asked. */
export class RecordingPool extends pg.Pool {
  override async query(query: any): Promise<any> {
    const { text, values = [], types }: Query = typeof query === 'string' ? { text: query } : query;
    if (/^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET TRANSACTION)\b/i.test(text)) return { fields: [], rows: [], rowCount: 0 };
    sent.push({ sql: text, parameters: values });
    const options = { rowMode: 'array', parsers, serializers } as const;
    const database = await opened;
    const { fields, rows, affectedRows } = await database.query<(string | null)[]>(text, values.map(prepareValue), options);
    const readers = fields.map((field) => types?.getTypeParser(field.dataTypeID, 'text') ?? String);
    return {
      fields,
      rows: rows.map((row) => row.map((text, i) => (text === null ? null : readers[i](text)))),
      rowCount: rows.length || affectedRows,
    };
  }

  override async connect(): Promise<any> {
    return Object.assign(new RecordingPool(), { release: () => undefined });
  }
}
