import type { CommandFix } from '../../../nouns/check';
import { type JobKind, weekly } from './job';

/** VACUUM alone: a crontab has no place for a query. `%` ends a line there. The password is in ~/.pgpass. */
export const crontab: JobKind = ({ health }): CommandFix => {
  const { database, user } = health.server;
  const names = [database, user];
  // Names that would need quoting for the shell, for libpq and for cron are named by the person.
  const [name, role] = names.map((one) => (/^\w+$/.test(one) ? one : undefined));
  const line = `${weekly} vacuumdb --no-password --host=<host> --username=${role ?? '<user>'} --dbname=${name ?? '<database>'} --analyze --jobs=2`;
  return {
    kind: 'command',
    title: 'Run VACUUM weekly by a line in the crontab',
    command: `(crontab -l 2>/dev/null; echo '${line}') | crontab -`,
    placeholders: [
      '<host>: where the server is; its password is in ~/.pgpass.',
      ...(role === undefined ? ['<user>: the owner of the tables.'] : []),
      ...(name === undefined ? ['<database>: the database.'] : []),
    ],
  };
};
