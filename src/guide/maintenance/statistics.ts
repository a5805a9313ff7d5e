import type { TableHealth } from '../../database/health/health';
import type { MaintenanceFix } from '../../nouns/check';
import { formatCount, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact, table as tableEvidence } from '../support/evidence';
import { withSection } from '../support/known';
import { attention, notApplicable, passed } from '../support/results';
import { analyzeThreshold, autovacuumOf, tablesInWork } from './autovacuum';
import { lastOf } from './dead-rows';
import { switchedOff } from './lag-reasons';
import { ofPrimary } from './of-primary';

/** Of fewer rows the planner's guess changes no plan that matters. Our choice. */
const fewRows = 1_000;
/** So many times the threshold autovacuum is late even where nothing is seen that keeps it away. Our choice. */
const late = 2;
const mostFixes = 5;

interface Stale {
  readonly table: TableHealth;
  readonly why: string;
}

/** The planner's statistics against what has changed since they were gathered. */
export const statistics: Check = ofPrimary({
  id: 'maintenance/statistics',
  point: 'maintenance',
  title: 'Statistics are fresh',
  needs: ['health'],
  judge: (facts) =>
    withSection(
      facts,
      ({ tables }) => tables,
      (tables, health) => {
        if (tables.length === 0) return notApplicable('There is no table.');
        const { settings } = autovacuumOf(health);
        const running = tablesInWork(health, 'analyze');
        // Before 14 nothing tells whether a partitioned table was analysed.
        const hasFullPartitions =
          health.server.version >= 140000 &&
          tables.some(({ kind, liveRows }) => kind === 'partition' && liveRows >= fewRows);
        const stale = tables
          .filter(({ schema, name }) => !running.has(qualifiedName(schema, name)))
          .flatMap((table): Stale[] => {
            if (table.kind === 'partitioned table') {
              // Autovacuum never analyses the whole of a partitioned table.
              return table.rows < 0 && hasFullPartitions ? [{ table, why: 'never analysed as a whole' }] : [];
            }
            const threshold = analyzeThreshold(table, settings);
            const changed = table.modifiedSinceAnalyze;
            const isOff = switchedOff(health, [table]).length > 0;
            if (changed < fewRows || changed <= threshold * (isOff ? 1 : late)) return [];
            const isNever = table.rows < 0 || (table.rows === 0 && table.lastAnalyze === undefined);
            return [{ table, why: isNever ? 'never analysed' : `${formatCount(changed)} rows changed since` }];
          })
          .sort((a, b) => b.table.modifiedSinceAnalyze - a.table.modifiedSinceAnalyze);
        const [first] = stale;
        if (!first) return passed(`The statistics of ${formatCounted(tables.length, 'table')} are fresh.`);
        const reasons = switchedOff(
          health,
          stale.map(({ table }) => table),
        );
        return attention(sentence(stale, first, reasons[0]?.says), {
          evidence: [
            tableEvidence(
              'Tables with old statistics',
              ['Table', '#Rows', '#Changed', '#Threshold', 'Last ANALYZE', 'Why'],
              stale.map(({ table, why }) => [
                qualifiedName(table.schema, table.name),
                formatCount(table.rows < 0 ? table.liveRows : table.rows),
                formatCount(table.modifiedSinceAnalyze),
                formatCount(analyzeThreshold(table, settings)),
                lastOf(table.lastAnalyze, table.lastAutoanalyze),
                why,
              ]),
            ),
            fact('Threshold', 'threshold + scale factor × rows', {
              source: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM',
            }),
          ],
          fixes: [
            ...stale.slice(0, mostFixes).map(({ table }) => analyzeFix(table)),
            ...reasons.flatMap(({ fixes }) => fixes),
          ],
        });
      },
    ),
});

function sentence(stale: readonly Stale[], { table, why }: Stale, reason = ''): string {
  const others = stale.length > 1 ? ` (and of ${formatCounted(stale.length - 1, 'other table')})` : '';
  const text = `The planner's statistics of ${qualifiedName(table.schema, table.name)}${others} are old: ${why}.`;
  return `${text} ${reason}`.trimEnd();
}

function analyzeFix({ schema, name }: TableHealth): MaintenanceFix {
  return {
    kind: 'maintenance',
    title: `ANALYZE ${qualifiedName(schema, name)}`,
    task: { kind: 'analyze', schema, table: name },
  };
}
