import type { TableHealth } from '../../database/health/health';
import type { MaintenanceFix } from '../../nouns/check';
import { formatCount, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact, table as tableEvidence } from '../support/evidence';
import { withSection } from '../support/known';
import { attention, failed, notApplicable, passed } from '../support/results';
import { percent } from '../support/wording';
import { autovacuumOf, tablesInWork, vacuumThreshold } from './autovacuum';
import { hindrances, slowness } from './lag-reasons';
import { ofPrimary } from './of-primary';

/** Below it, reading past the dead rows costs nothing that one could measure. Our choice. */
const fewRows = 1_000;
/** So many times autovacuum's threshold it is late even where nothing is seen that keeps it away. Our choice. */
const late = 2;
/** Most that a person runs one by one. */
const mostFixes = 5;

/** Dead rows against the number at which autovacuum should have come, and why it did not or came in vain. */
export const deadRows: Check = ofPrimary({
  id: 'maintenance/dead-rows',
  point: 'maintenance',
  title: 'Dead rows are cleaned up',
  needs: ['health'],
  judge: (facts) =>
    withSection(
      facts,
      ({ tables }) => tables,
      (tables, health) => {
        if (tables.length === 0) return notApplicable('There is no table.');
        const { settings } = autovacuumOf(health);
        const running = tablesInWork(health, 'vacuum');
        const waiting = tables
          .map((table) => ({ table, threshold: vacuumThreshold(table, settings) }))
          .filter(({ table, threshold }) => table.deadRows >= fewRows && table.deadRows > threshold)
          .filter(({ table }) => !running.has(qualifiedName(table.schema, table.name)))
          .sort((a, b) => b.table.deadRows - a.table.deadRows);
        const isHindered = ({ table }: (typeof waiting)[number]) => hindrances(health, [table]).length > 0;
        const overdue = waiting.filter((one) => one.table.deadRows > late * one.threshold || isHindered(one));
        const reasons = [
          ...hindrances(
            health,
            overdue.map(({ table }) => table),
          ),
          ...slowness(health),
        ];
        const [most] = overdue;
        if (!most) {
          const dead = tables.reduce((sum, table) => sum + table.deadRows, 0);
          return passed(
            `No table waits for a vacuum: ${formatCounted(dead, 'dead row')} in ${formatCounted(tables.length, 'table')}.`,
          );
        }
        const { table, threshold } = most;
        const others = overdue.length > 1 ? ` (and ${formatCounted(overdue.length - 1, 'other table')})` : '';
        const why = reasons[0]?.says ?? 'Autovacuum has not come yet; if they stay, it does not keep up.';
        const says = `${qualifiedName(table.schema, table.name)}${others} has ${formatCount(table.deadRows)} dead rows (${percent(shareOf(table))}), where autovacuum should come at ${formatCount(threshold)}. ${why}`;
        const details = {
          evidence: [
            tableEvidence(
              'Tables with dead rows',
              ['Table', '#Dead rows', '#Share', '#Threshold', 'Last vacuum'],
              overdue.map((one) => [
                qualifiedName(one.table.schema, one.table.name),
                formatCount(one.table.deadRows),
                percent(shareOf(one.table)),
                formatCount(one.threshold),
                lastOf(one.table.lastVacuum, one.table.lastAutovacuum),
              ]),
            ),
            ...reasons.map((reason, at) => fact(at === 0 ? 'Why' : 'Also', reason.says)),
            fact('Threshold', 'threshold + scale factor × rows', {
              source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM',
            }),
          ],
          fixes: [
            ...reasons.flatMap(({ fixes }) => fixes),
            ...overdue.slice(0, mostFixes).map((one) => vacuumFix(one.table)),
          ],
        };
        const isMostlyDead = overdue.some((one) => one.table.deadRows > one.table.liveRows);
        return reasons.length > 0 && isMostlyDead ? failed(says, details) : attention(says, details);
      },
    ),
});

export function vacuumFix({ schema, name }: Pick<TableHealth, 'schema' | 'name'>, note?: string): MaintenanceFix {
  return {
    kind: 'maintenance',
    title: `VACUUM (ANALYZE) ${qualifiedName(schema, name)}`,
    task: { kind: 'vacuum analyze', schema, table: name },
    ...(note !== undefined && { note }),
  };
}

/** The later of both, as a date with its time; `never` without. */
export function lastOf(...times: readonly (string | undefined)[]): string {
  const last = times.filter((time) => time !== undefined).sort((a, b) => Date.parse(b) - Date.parse(a))[0];
  return last === undefined ? 'never' : last.slice(0, 16).replace('T', ' ');
}

function shareOf({ deadRows: dead, liveRows }: TableHealth): number {
  return dead + liveRows > 0 ? dead / (dead + liveRows) : 0;
}
