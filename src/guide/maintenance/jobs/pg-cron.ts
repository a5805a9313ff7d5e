import type { FileFix } from '../../../nouns/check';
import { quoteIdentifier, quoteLiteral } from '../../../sql/identifiers';
import { type JobKind, weekly } from './job';

/** The first Sunday night of a month would need two conditions, which cron joins with OR: the first of the month. */
const monthly = '0 3 1 * *';

/**
 * The extension that runs statements by itself. A job there is one statement, so the bloated indexes are those of now.
 * https://github.com/citusdata/pg_cron
 */
export const pgCron: JobKind = ({ health, bloated }): FileFix | undefined => {
  const { extensions, availableExtensions, database } = health.server;
  const isInstalled = extensions.pg_cron !== undefined;
  if (!isInstalled && !availableExtensions.includes('pg_cron')) return undefined;
  const jobs = [
    { name: 'db-maintenance', schedule: weekly, sql: 'VACUUM (ANALYZE)' },
    ...bloated.map(({ schema, name }) => ({
      name: `reindex ${schema}.${name}`,
      schedule: monthly,
      sql: `REINDEX INDEX CONCURRENTLY ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    })),
  ];
  const lines = [
    '-- Run it in the database that the setting cron.database_name names. Times are GMT, but for another cron.timezone.',
    ...(isInstalled ? [] : ['CREATE EXTENSION IF NOT EXISTS pg_cron;']),
    ...jobs.map(
      ({ name, schedule, sql }) =>
        `SELECT cron.schedule_in_database(${[name, schedule, sql, database].map(quoteLiteral).join(', ')});`,
    ),
    '-- pg_cron keeps every run of every job for ever.',
    `SELECT cron.schedule('forget old runs', '0 4 * * *', $$DELETE FROM cron.job_run_details WHERE end_time < now() - interval '30 days'$$);`,
  ];
  return {
    kind: 'file',
    title: 'Run maintenance weekly by pg_cron, in the server',
    files: [{ path: 'db/maintenance-pg-cron.sql', content: `${lines.join('\n')}\n` }],
    placeholders: [],
    note: isInstalled
      ? 'Run the file with psql as the owner of the tables.'
      : 'pg_cron has to be in shared_preload_libraries first, which takes a restart.',
  };
};
