import { createRequire } from 'node:module';

/** Every statement that knex sends through its PostgreSQL client is kept here instead; each answer is one row that has every column. */
const require = createRequire(import.meta.url);
const Client = require('knex/lib/dialects/postgres');

interface Sent {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

let sent: Sent[] = [];

const row = {
  id: 1,
  user_id: 2,
  userId: 2,
  author_id: 2,
  authorId: 2,
  post_id: 3,
  postId: 3,
  tag_id: 4,
  tagId: 4,
  parent_id: 5,
  parentId: 5,
  editor_id: 6,
  username: 'ada',
  name: 'Ada',
  title: 'Hello',
  slug: 'hello',
  status: 'draft',
  count: '3',
  total: '3',
};

/** What the database says of tables, as objection asks before it joins. */
const tables: Record<string, string[]> = {
  users: ['id', 'username', 'email', 'is_active'],
  posts: ['id', 'title', 'status', 'views', 'author_id', 'meta'],
  comments: ['id', 'body', 'post_id', 'author_id', 'parent_id'],
  tags: ['id', 'name'],
};

const recording = {
  acquireConnection: async () => ({ __knexUid: 'recorded' }),
  releaseConnection: async () => {},
  _query: answer,
};

async function answer(_connection: unknown, query: { sql: string; bindings?: unknown[]; response?: unknown }) {
  sent.push({ sql: query.sql, parameters: query.bindings ?? [] });
  const columns = /^select \* from information_schema/.test(query.sql) ? tables[String(query.bindings?.[0])] : undefined;
  const rows = columns?.map((name) => ({ column_name: name })) ?? [{ ...row }];
  query.response = { rows, rowCount: rows.length, fields: Object.keys(row).map((name) => ({ name })), command: commandOf(query.sql) };
  return query;
}

/** As the server's answer names it: knex reads the rows of an answer by it. */
function commandOf(sql: string): string {
  return /^\(|^(select|with)\b/i.test(sql) ? 'SELECT' : (/^\w+/.exec(sql)?.[0] ?? '').toUpperCase();
}

/**
 * What a piece of the program sends. BEGIN and COMMIT are left out, and what objection asks once in a process: the columns
 * of a table that it joins.
 */
export async function sentBy(run: () => unknown): Promise<Sent[]> {
  sent = [];
  const { acquireConnection, releaseConnection, _query } = Client.prototype;
  Object.assign(Client.prototype, recording);
  try {
    await run();
  } finally {
    // Other tests of the same process ask a real database.
    Object.assign(Client.prototype, { acquireConnection, releaseConnection, _query });
  }
  return sent.filter(({ sql }) => !/^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b|information_schema/i.test(sql));
}
