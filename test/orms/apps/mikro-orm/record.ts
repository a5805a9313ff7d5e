/** Records the SQL that MikroORM sends, without a database: prints { case: [{ sql }, …] } as JSON. */
import 'reflect-metadata';
import { cases } from './cases';
import { orm } from './orm';
import { hardCases } from './services/hard';
import { rowCases } from './services/rows';

interface Sent {
  sql: string;
  bindings?: unknown[];
  response?: unknown;
  method?: string;
}

interface Client {
  acquireConnection(): Promise<unknown>;
  releaseConnection(): Promise<void>;
  _query(connection: unknown, sent: Sent): Promise<Sent>;
}

let recorded: Sent[] = [];

/** Every column with a value of its kind. */
const columns = new Map(
  Object.values(orm.getMetadata().getAll()).map((meta) => [
    meta.tableName,
    new Map(
      meta.props
        .filter((prop) => prop.persist !== false && !['1:m', 'm:n', 'embedded'].includes(prop.kind))
        .flatMap((prop) =>
          (prop.fieldNames ?? []).map((name) => [name, prop.items?.[0] ?? sample(prop.kind === 'scalar' ? prop.type : '')]),
        ),
    ),
  ]),
);

function sample(type: string): unknown {
  if (/string|text|enum/i.test(type)) return 'x';
  if (/date/i.test(type)) return new Date(0);
  if (/bool/i.test(type)) return true;
  return /json/i.test(type) ? null : 1;
}

/** A row with a value for every column that is selected or returned: enough for the queries that follow one. */
function row(sql: string): Record<string, unknown> {
  const tables = new Map([...sql.matchAll(/(?:from|join) "(\w+)" as "(\w+)"/g)].map(([, table, alias]) => [alias, table]));
  const own = /(?:into|update|from) "(\w+)"/.exec(sql)?.[1];
  const list = /^select (?:distinct )?(.*?) from /.exec(sql)?.[1] ?? /returning (.+)$/.exec(sql)?.[1] ?? '';
  const values = list.split(', ').flatMap((column): [string, unknown][] => {
    const whole = /^"(\w+)"\.\*$/.exec(column)?.[1];
    if (whole !== undefined) return [...(columns.get(tables.get(whole) ?? '') ?? [])];
    const [, alias, name = '', as] = /^(?:"(\w+)"\.)?"?(\w+)"?.*?(?: as "(\w+)")?$/.exec(column) ?? [];
    const table = columns.get((alias === undefined ? own : tables.get(alias)) ?? '');
    return [[as ?? name, table?.get(name) ?? 1]];
  });
  return Object.fromEntries(values);
}

const client = Object.getPrototypeOf(orm.em.getConnection().getKnex().client) as Client;
client.acquireConnection = async () => ({ __knexUid: '1' });
client.releaseConnection = async () => undefined;
client._query = async (_connection, sent) => {
  const isControl = /^(begin|commit|rollback)/i.test(sent.sql);
  if (!isControl) recorded.push({ sql: sent.sql });
  const rows = isControl ? [] : [row(sent.sql)];
  return Object.assign(sent, { response: { rows, rowCount: rows.length, command: sent.sql.split(' ')[0]?.toUpperCase() } });
};

async function main(): Promise<void> {
  const all: Record<string, readonly Sent[] | string> = {};
  for (const [name, run] of Object.entries({ ...cases(), ...hardCases, ...rowCases })) {
    recorded = [];
    try {
      await run();
      all[name] = recorded;
    } catch (error) {
      all[name] = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }
  process.stdout.write(JSON.stringify(all, null, 1));
}

void main().then(() => process.exit(0));
