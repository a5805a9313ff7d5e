import { basename } from 'node:path';
import type { TextRange } from '../../nouns/text-range';
import type { DeployedJob } from './deployment';
import { iniSections } from './ini';
import { maintenanceStatements } from './maintenance-statements';
import type { Part } from './part';

/** `0 2 * * 0 psql -c 'VACUUM ANALYZE'`, and `@daily`. */
export function readCrontab(text: string, path: string): Part {
  const lines = [...text.matchAll(/^[ \t]*((?:@\w+)|(?:[\d*/,A-Za-z-]+[ \t]+){4}[\d*/,A-Za-z-]+)[ \t]+(\S.*)$/gm)];
  return {
    maintenance: lines.flatMap(({ 0: whole, 1: schedule = '', index }) =>
      jobs({ path, kind: 'crontab', name: basename(path), schedule }, text, {
        start: index,
        end: index + whole.length,
      }),
    ),
  };
}

/** Schedules of `db-vacuum.timer` belong to `db-vacuum.service`. */
export function readUnits(files: readonly { readonly path: string; readonly text: string }[]): Part {
  const timers = new Map(
    files
      .filter(({ path }) => path.endsWith('.timer'))
      .map(({ path, text }) => [path.replace(/\.timer$/, ''), iniSections(text).get('Timer')]),
  );
  return {
    maintenance: files
      .filter(({ path }) => path.endsWith('.service'))
      .flatMap(({ path, text }) => {
        const timer = timers.get(path.replace(/\.service$/, ''));
        const schedule = timer?.OnCalendar ?? timer?.OnUnitActiveSec;
        const name = basename(path, '.service');
        return [...text.matchAll(/^Exec\w+=(?:[^\n\\]|\\[^\n]|\\\n)*/gm)].flatMap(({ 0: whole, index }) =>
          jobs({ path, kind: 'systemd', name, schedule }, text, { start: index, end: index + whole.length }),
        );
      }),
  };
}

/** `SELECT cron.schedule('nightly', '0 3 * * *', 'VACUUM ANALYZE')`; the name may be left out. */
export function readCronSchedules(text: string, path: string): Part {
  const string = String.raw`(?:'((?:[^']|'')*)'|\$(\w*)\$([\s\S]*?)\$\2\$)`;
  const call = new RegExp(
    String.raw`\bcron\.schedule(?:_in_database)?\s*\(\s*${string}\s*,\s*'((?:[^']|'')*)'([^;]*)`,
    'gi',
  );
  return {
    maintenance: [...text.matchAll(call)].flatMap(({ 0: whole, 1: first = '', 4: second = '', index }) => {
      // With two arguments the first is the schedule.
      const isNamed = /^(?:\S+\s+){4}\S+$|^\d+ seconds?$/.test(second.trim());
      const schedule = isNamed ? second : first;
      const name = isNamed ? first : basename(path);
      return jobs({ path, kind: 'pg_cron', name, schedule }, text, { start: index, end: index + whole.length });
    }),
  };
}

interface JobHead {
  readonly path: string;
  readonly kind: DeployedJob['kind'];
  readonly name: string;
  readonly schedule?: string;
}

/** None where nothing in it looks after a database. */
function jobs({ path, schedule, ...head }: JobHead, text: string, range: TextRange): DeployedJob[] {
  const found = maintenanceStatements(text, range);
  if (found.length === 0) return [];
  return [
    {
      place: { path, range },
      ...head,
      ...(schedule !== undefined && { schedule }),
      statements: found.map((one) => one.text),
      statementRanges: found.map((one) => one.range),
    },
  ];
}
