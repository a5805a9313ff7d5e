/** Which parts of a workspace's SQL files make up its schema. Pure: the statements are run in the planner's process. */

export interface SchemaText {
  readonly name: string;
  readonly text: string;
}

/** A folder or a part of a name: `db/clickhouse/001.sql`, `schema.mysql.sql`. */
const ofAnotherDatabase =
  /(?:^|[\\/._-])(?:clickhouse|mysql|mariadb|sqlite3?|mssql|sqlserver|oracle|duckdb|snowflake|bigquery)(?=[\\/._-])/i;

/**
 * In the order of their paths, numbers by value (`2_users` before `10_posts`), without those that undo and those for
 * another database.
 */
export function schemaFilesInOrder<File extends { readonly name: string }>(files: readonly File[]): File[] {
  const collator = new Intl.Collator('en', { numeric: true });
  const ours = files.filter(({ name }) => !ofAnotherDatabase.test(name));
  // All of them: the word stands in the path of the workspace itself.
  return (ours.length > 0 ? ours : files)
    .filter(
      ({ name }) =>
        !/(?:[._-]down\.sql|(?:^|[\\/])down\.sql|[._-]rollback\.sql|[\\/]undo[\\/][^\\/]*|[\\/]U[\d.]+__[^\\/]*)$/i.test(
          name,
        ),
    )
    .sort((a, b) => collator.compare(a.name, b.name));
}

const marker = /^[ \t]*--[ \t]*(?:\+[ \t]*(?:goose|migrate)|migrate[ \t]*:|@|\/\/@|\/\/)[ \t]*(up|down|undo)\b.*$/gim;

/**
 * The part of a migration that goes forward, the rest blanked so that positions stay:
 * dbmate's `-- migrate:down`, goose's `-- +goose Down`, sql-migrate's `-- +migrate Down`, MyBatis' `-- //@UNDO`.
 */
export function forwardPart(text: string): string {
  let result = '';
  let isForward = true;
  let done = 0;
  for (const match of text.matchAll(marker)) {
    const piece = text.slice(done, match.index);
    result += isForward ? piece : blank(piece);
    isForward = match[1]?.toLowerCase() === 'up';
    done = match.index;
  }
  return result + (isForward ? text.slice(done) : blank(text.slice(done)));
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/**
 * What a plan depends on: tables, types, functions, indexes, views. Rows, rights, owners, triggers and comments say
 * nothing to the planner, and may fail for reasons that do not matter (`OWNER TO` a role that is not here).
 */
export function shapesPlans(statement: string): boolean {
  const text = withoutLeadingComments(statement);
  if (!/^(?:create|alter|drop|do|set)\b/i.test(text)) return false;
  if (/^set\b/i.test(text)) return /^set\s+(?:session\s+|local\s+)?search_path\b/i.test(text);
  if (/^alter\b[^;]*\bowner\s+to\b/i.test(text)) return false;
  return !/^(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:constraint\s+)?(?:database|role|user|group|tablespace|policy|trigger|event\s+trigger|publication|subscription|rule|server|foreign\s+data|default\s+privileges|system)\b/i.test(
    text,
  );
}

/** `CREATE INDEX CONCURRENTLY` waits for other sessions; there are none. */
export function withoutConcurrently(statement: string): string {
  return statement.replace(
    /^((?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*create\s+(?:unique\s+)?index\s+)concurrently\b/i,
    '$1',
  );
}

/** Names in `CREATE EXTENSION [IF NOT EXISTS] name`. */
export function namedExtensions(statement: string): string[] {
  return [...statement.matchAll(/\bcreate\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?/gi)].map(
    (match) => match[1]?.toLowerCase() ?? '',
  );
}

/**
 * Extensions without which nothing in the plans changes: gen_random_uuid(), what most schemas want pgcrypto for, is
 * built in since 13.
 */
export function isDispensable(statement: string): boolean {
  const dispensable = [
    'pgcrypto',
    'plpgsql',
    'pg_stat_statements',
    'pg_cron',
    'hypopg',
    'pg_buffercache',
    'auto_explain',
  ];
  const named = namedExtensions(statement);
  return named.length > 0 && named.every((name) => dispensable.includes(name));
}

/** `CREATE TABLE posts (…` → `CREATE TABLE posts` */
export function headOf(statement: string): string {
  const words = withoutLeadingComments(statement)
    .split(/[\s(]+/)
    .filter(Boolean)
    .slice(0, 7);
  const end = words.findIndex(
    (word, i) =>
      i > 1 &&
      !/^(?:if|not|exists|or|replace|unique|index|concurrently|only|table|materialized|view|function|on|type)$/i.test(
        word,
      ),
  );
  return words
    .slice(0, end < 0 ? 3 : end + 1)
    .join(' ')
    .slice(0, 80);
}

function withoutLeadingComments(statement: string): string {
  return statement.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
}
