import type { Snapshot } from '../snapshot';

/** What a connection or a key looks like in SQL that somebody wrote. */
const secrets = [
  // 'host=db1 user=app password=…'
  /'[^']*\b(?:host|hostaddr|user|password|passwd)\s*=\s*[^'\s][^']*'/i,
  // api_key := '…', password => '…', token = '…'
  /\b(?:password|passwd|pwd|secret|(?:api|access|secret)_?key|(?:api_|access_|auth_)?token)["']?\s*(?::=|=>|=|:)\s*E?'[^']/i,
  // https://user:…@host/
  /\w:\/\/[^\s/'"@]+@/,
  /\bpostgres(?:ql)?:\/\//i,
  /\bdblink\w*\s*\(/i,
];

/** A snapshot that leaves this machine names no host, user or password: what does is left out, and told. */
export function withoutSecrets(snapshot: Snapshot): Snapshot {
  const leftOut: string[] = [];
  const keep = (sql: string, what = headOf(sql)): boolean => {
    if (!secrets.some((secret) => secret.test(sql))) return true;
    leftOut.push(`${what} is left out of the snapshot file: it seems to hold a connection or a key.`);
    return false;
  };
  const prelude = snapshot.prelude.filter((sql) => !/^CREATE (?:OR REPLACE )?FUNCTION /.test(sql) || keep(sql));
  const views = snapshot.views.filter((sql) => keep(sql));
  const tables = snapshot.tables.map((table) => {
    const name = `${table.schema}.${table.name}`;
    return {
      ...table,
      columns: table.columns.map((column) => {
        const { default: value, ...rest } = column;
        return value === undefined || keep(value, `The default of ${name}.${column.name}`) ? column : rest;
      }),
      constraints: table.constraints.filter((sql) => keep(sql, `A constraint of ${name}`)),
    };
  });
  return { ...snapshot, prelude, tables, views, leftOut: [...snapshot.leftOut, ...leftOut] };
}

/** `CREATE OR REPLACE FUNCTION app.sync(` → `Function app.sync` */
function headOf(sql: string): string {
  const [, kind = 'Statement', name = ''] =
    /^CREATE (?:OR REPLACE )?(?:MATERIALIZED )?(\w+) ((?:"[^"]*"|[^\s"(])+)/.exec(sql) ?? [];
  return `${kind.charAt(0)}${kind.slice(1).toLowerCase()} ${name}`;
}
