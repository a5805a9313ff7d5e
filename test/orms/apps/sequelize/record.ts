import { Client } from 'pg';

/**
 * Runs cases with a database that answers every statement with rows made up from its select list, and prints what was
 * sent. `node --import tsx record.ts ./cases`
 */
interface Sent {
  sql: string;
  parameters: unknown[];
}
let sent: Sent[] = [];
let isEmpty = false;

/** `SELECT a, "b" AS "c" FROM …` → ['a', 'c']; the columns of `"x".*` are those of the SELECT in parentheses. */
function columns(sql: string): string[] {
  const returning = / RETURNING (.*?);?$/s.exec(sql);
  if (!/^\s*SELECT/i.test(sql)) return returning ? split(returning[1]!).map((item) => (item === '*' ? 'id' : nameOf(item))) : [];
  const list = sql.replace(/^\s*SELECT (DISTINCT )?/i, '');
  const end = topLevel(list, / FROM /gy);
  return split(list.slice(0, end)).flatMap((item) => {
    if (!item.endsWith('*')) return [nameOf(item)];
    const inner = sql.indexOf('(SELECT', sql.indexOf(' FROM '));
    return inner < 0 ? ['id'] : columns(sql.slice(inner + 1));
  });
}

function topLevel(text: string, pattern: RegExp): number {
  let depth = 0;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote) {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '(') depth++;
    else if (c === ')') {
      if (depth === 0) return i;
      depth--;
    } else if (depth === 0) {
      pattern.lastIndex = i;
      if (pattern.test(text)) return i;
    }
  }
  return text.length;
}

function split(list: string): string[] {
  const items: string[] = [];
  let rest = list;
  for (;;) {
    const end = topLevel(rest, /,/gy);
    items.push(rest.slice(0, end).trim());
    if (end >= rest.length) return items;
    rest = rest.slice(end + 1);
  }
}

function nameOf(item: string): string {
  return /"((?:[^"])*)"$/.exec(item)?.[1] ?? /(\w+)\(.*\)$/.exec(item)?.[1] ?? /[\w$]+$/.exec(item)?.[0] ?? item;
}

function valueOf(name: string, row: number): unknown {
  if (/closed|deleted/i.test(name)) return null;
  if (/(id|by|Id)$/.test(name)) return row;
  if (/count|sum|max|min|avg|rank|likes/i.test(name)) return row;
  if (/(_at|_on|At|On|when)$/.test(name)) return new Date(0);
  return 'x';
}

function answer(sql: string): { rows: object[]; rowCount: number; command: string; fields: never[] } {
  const command = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? '';
  const isAggregate = /^SELECT (count|sum|max|min|avg)\(/i.test(sql);
  const many = command === 'SELECT' ? (isEmpty && !isAggregate ? 0 : 2) : 1;
  const names = columns(sql);
  const rows = Array.from({ length: names.length === 0 ? 0 : many }, (_, i) =>
    Object.fromEntries(names.map((name) => [name, valueOf(name, i + 1)])),
  );
  return { rows, rowCount: Math.max(rows.length, command === 'SELECT' ? 0 : 1), command, fields: [] };
}

/** An INSERT that must not end the transaction is sent in the body of a function of the session; the server runs the INSERT. */
function unwrapped(sql: string): string {
  return / BEGIN (INSERT .*?) INTO response; EXCEPTION /s.exec(sql)?.[1] ?? sql;
}

Object.assign(Client.prototype, {
  connect(this: Client, done: (error?: Error) => void) {
    (this as any).connection.emit('parameterStatus', { parameterName: 'server_version', parameterValue: '16.0' });
    setImmediate(done);
  },
  end(done?: () => void) {
    if (done) setImmediate(done);
  },
  query(sql: string, ...rest: any[]) {
    const done = rest.find((argument) => typeof argument === 'function');
    const parameters = rest.find(Array.isArray) ?? [];
    const isOurs = !/^(SET|SHOW|START|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|WITH ranges|DROP FUNCTION)/.test(sql);
    if (isOurs) sent.push({ sql: unwrapped(sql).replace(/;$/, ''), parameters });
    const result = answer(unwrapped(sql));
    if (!done) return Promise.resolve(result);
    setImmediate(done, null, result);
  },
});

async function main(): Promise<void> {
  const { cases, withoutRows } = await import(process.argv[2]!);
  const recorded = [];
  for (const [name, run] of Object.entries<() => unknown>(cases)) {
    sent = [];
    isEmpty = withoutRows.includes(name);
    let error: string | undefined;
    try {
      await run();
    } catch (e) {
      error = e instanceof Error ? e.stack : String(e);
    }
    recorded.push({ name, sent, error });
  }
  process.stdout.write(JSON.stringify(recorded));
  process.exit(0);
}

main();
