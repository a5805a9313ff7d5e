/** Packages that talk to PostgreSQL, and the name that a site says. */
const packages: readonly (readonly [RegExp, string])[] = [
  [/^(?:pg|pg-pool|pg-native|pg-cursor|pg-query-stream)$/, 'pg'],
  [/^postgres$/, 'postgres'],
  [/^pg-promise$/, 'pg-promise'],
  [/^(?:@[\w-]+\/)?slonik/, 'slonik'],
  [/^@vercel\/postgres/, '@vercel/postgres'],
  [/^@neondatabase\/serverless$/, '@neondatabase/serverless'],
  [/^@electric-sql\/pglite/, 'pglite'],
  [/^knex$/, 'knex'],
  [/^objection$/, 'objection'],
  [/^kysely$/, 'kysely'],
  [/^drizzle-orm/, 'drizzle'],
  [/^sequelize/, 'sequelize'],
  [/^(?:typeorm|@nestjs\/typeorm)$/, 'typeorm'],
  [/^@prisma\/|(?:^|\/)generated\/(?:prisma|client)/, 'prisma'],
  [/^@mikro-orm\//, 'mikro-orm'],
  [/^massive$/, 'massive'],
  [/^@databases\/pg/, '@databases/pg'],
];

/** Packages of other databases, whose SQL is not PostgreSQL's. */
const others =
  /^(?:mysql2?|mysql2\/promise|promise-mysql|mariadb|sqlite3?|better-sqlite3|sql\.js|bun:sqlite|node:sqlite|mssql|tedious|oracledb|@clickhouse\/client|clickhouse|@planetscale\/database|@libsql\/client|duckdb|@google-cloud\/bigquery|snowflake-sdk|cassandra-driver|alasql|expo-sqlite)(?:$|\/)/;

/** The libraries that a file imports, in their order; `other` when it imports one of another database. */
export function importedLibraries(text: string): { readonly names: readonly string[]; readonly other: boolean } {
  const names = new Set<string>();
  let other = false;
  for (const match of text.matchAll(/\b(?:from|import|require\s*\(|import\s*\()\s*['"]([^'"\n]+)['"]/g)) {
    const path = match[1] ?? '';
    if (others.test(path)) other = true;
    const known = packages.find(([pattern]) => pattern.test(path));
    if (known !== undefined) names.add(known[1]);
  }
  return { names: [...names], other };
}

export interface CallFacts {
  readonly name: string;
  readonly receiver: string;
  readonly parameters: readonly { readonly source: string }[];
  readonly imported: readonly string[];
}

/** What projects call the pool or client that a module of their own exports. */
const clientNames =
  /(?:^|\.)_?(?:pg\w*|postgres\w*|\w*pool|\w*client|db\w*|\w*db|database|conn(?:ection)?|tx|trx|transaction)(?:\(\))?$/i;

/** By the name that is called, the file's imports, and where these say nothing, by what projects usually call it. */
export function libraryOfCall({ name, receiver, parameters, imported }: CallFacts): string {
  if (/^\$(?:query|execute)Raw/.test(name)) return 'prisma';
  if (/sequelize$/i.test(receiver)) return 'sequelize';
  if (/(?:^|\.)(?:knex|trx)$/i.test(receiver) || /^(?:where|join|from)Raw$/.test(name)) {
    const builder = only(imported, ['knex', 'objection']);
    if (builder !== undefined || name !== 'query') return builder ?? 'knex';
  }
  if (/^(?:oneOrNone|manyOrNone|none|multi|multiResult|ParameterizedQuery|PreparedStatement)$/.test(name))
    return 'pg-promise';
  if (/^(?:anyFirst|oneFirst|manyFirst|maybeOne|maybeOneFirst)$/.test(name)) return 'slonik';
  if (/(?:dataSource|entityManager|queryRunner|manager|repository)$/i.test(receiver) && !imported.includes('pg')) {
    return only(imported, ['typeorm', 'mikro-orm']) ?? 'typeorm';
  }
  if (imported[0] !== undefined) return imported[0];
  // `$1` is what the protocol has; `?` and `:name` belong to layers above.
  if (parameters.some(({ source }) => /^(?:\?|:)/.test(source))) return 'sql string';
  if (parameters.some(({ source }) => /^\$\d/.test(source))) return 'pg';
  return name === 'query' && clientNames.test(receiver) ? 'pg' : 'sql string';
}

export function libraryOfTag(name: string, imported: readonly string[]): string {
  if (/^\$(?:query|execute)Raw/.test(name)) return 'prisma';
  return imported[0] ?? 'tagged template';
}

function only(imported: readonly string[], names: readonly string[]): string | undefined {
  return imported.find((name) => names.includes(name));
}
