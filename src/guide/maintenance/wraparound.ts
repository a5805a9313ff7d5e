import type { Health, TableHealth, Wraparound } from '../../database/health/health';
import { formatCount } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { seen, withSection } from '../support/known';
import { attention, failed, passed } from '../support/results';
import { percent } from '../support/wording';
import { vacuumFix } from './dead-rows';
import { holders } from './holders';
import { ofPrimary } from './of-primary';

/** Transaction ids that there are before old rows would seem to be of the future. */
const all = 2 ** 31;
/** vacuum_failsafe_age and vacuum_multixact_failsafe_age: VACUUM's last resort begins here. Both since 14. */
const failsafe = 1_600_000_000;
/** autovacuum_multixact_freeze_max_age, where it is not shown. */
const multixactFreezeMaxAge = 400_000_000;
const mostFixes = 3;

/**
 * The age of the oldest transaction ids. Autovacuum freezes at autovacuum_freeze_max_age, which every database reaches; at twice
 * that (our choice) it has tried in vain for as long again.
 * https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND
 */
export const wraparound: Check = ofPrimary({
  id: 'maintenance/wraparound',
  point: 'maintenance',
  title: 'Transaction ids are far from their end',
  needs: ['health'],
  judge: (facts) =>
    withSection(
      facts,
      ({ activity }) => activity.wraparound,
      (found, health) => {
        const kinds = agesOf(found, health).filter(({ age }) => age >= 0);
        const worst = kinds.reduce((a, b) => (b.age / b.limit > a.age / a.limit ? b : a));
        const evidence = [
          ...kinds.map(({ what, age, database, limit }) =>
            fact(`Oldest ${what}`, `${formatCount(age)} (${database})`, {
              raw: age,
              source: `autovacuum should freeze before; a warning from ${formatCount(limit)}`,
            }),
          ),
          table(
            'Databases',
            ['Database', '#Transaction ids', '#Multixact ids'],
            found.databases.map((one) => [one.name, formatCount(one.xidAge), formatCount(one.multixactAge)]),
          ),
        ];
        const used = `The oldest ${worst.what} of ${worst.database} is ${formatCount(worst.age)} behind the newest, ${percent(worst.age / all)} of the way to the end`;
        if (worst.age < worst.limit) return passed(`${used}.`, { evidence });
        const why = holders(health);
        const reason = why[0] ? ` ${why[0].says}` : '';
        const oldest = oldestTables(health, worst.limit);
        const details = {
          evidence: [
            ...evidence,
            ...why.map(({ says }) => fact('Held back', says)),
            table(
              'Oldest tables of this database',
              ['Table', '#Age'],
              oldest.map((one) => [qualifiedName(one.schema, one.name), formatCount(one.xidAge ?? 0)]),
            ),
          ],
          fixes: [
            ...why.flatMap(({ fixes }) => fixes),
            ...oldest
              .slice(0, mostFixes)
              .map((one) => vacuumFix(one, 'It freezes old rows and reads the whole table for it.')),
          ],
        };
        if (worst.age >= failsafe) {
          return failed(`${used}: there the server takes no more writes.${reason}`, details);
        }
        return attention(`${used}: autovacuum should have frozen it at ${formatCount(worst.due)}.${reason}`, details);
      },
    ),
});

interface Age {
  readonly what: string;
  readonly age: number;
  readonly database: string;
  /** At which autovacuum should begin. */
  readonly due: number;
  readonly limit: number;
}

function agesOf({ databases, freezeMaxAge }: Wraparound, health: Health): Age[] {
  const due = seen(health.settings)?.autovacuum_multixact_freeze_max_age?.amount ?? multixactFreezeMaxAge;
  const oldest = (key: 'xidAge' | 'multixactAge') =>
    databases.reduce((most, one) => (one[key] > most.age ? { age: one[key], database: one.name } : most), {
      age: 0,
      database: health.server.database,
    });
  return [
    { what: 'transaction id', ...oldest('xidAge'), due: freezeMaxAge, limit: limitOf(freezeMaxAge) },
    { what: 'multixact id', ...oldest('multixactAge'), due, limit: limitOf(due) },
  ];
}

const limitOf = (due: number): number => Math.min(2 * due, failsafe);

function oldestTables(health: Health, limit: number): TableHealth[] {
  return (seen(health.tables) ?? [])
    .filter(({ xidAge = 0 }) => xidAge >= limit)
    .sort((a, b) => (b.xidAge ?? 0) - (a.xidAge ?? 0));
}
