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

/** A pool of `pg` whose every connection is the database in memory, and that writes down what it is asked. */
class RecordingPool extends pg.Pool {
  constructor(private readonly database: PGlite) {
    super();
  }

  // biome-ignore lint: the overloads of pg are more than this application uses
  override async query(query: any): Promise<any> {
    const { text, values = [], types }: Query = typeof query === 'string' ? { text: query } : query;
    if (!/^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET TRANSACTION)\b/i.test(text)) sent.push({ sql: text, parameters: values });
    const options = { rowMode: 'array', parsers, serializers } as const;
    const { fields, rows, affectedRows } = await this.database.query<(string | null)[]>(text, values.map(prepareValue), options);
    const readers = fields.map((field) => types?.getTypeParser(field.dataTypeID, 'text') ?? String);
    return {
      fields,
      rows: rows.map((row) => row.map((text, i) => (text === null ? null : readers[i](text)))),
      rowCount: rows.length || affectedRows,
    };
  }

  override async connect(): Promise<any> {
    return Object.assign(new RecordingPool(this.database), { release: () => undefined });
  }
}

export async function openDatabase(): Promise<pg.Pool> {
  const database = await PGlite.create();
  await database.exec(await readFile(join(__dirname, 'schema.sql'), 'utf8'));
  return new RecordingPool(database);
}
