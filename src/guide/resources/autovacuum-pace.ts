import type { Health, TableHealth } from '../../database/health/health';
import type { GuideFix } from '../../nouns/check';
import { formatCount, formatCounted } from '../../plan/format';
import { qualifiedName, quoteIdentifier } from '../../sql/identifiers';
import type { Check } from '../check';
import { autovacuumOf, isSwitchedOff, vacuumThreshold } from '../maintenance/autovacuum';
import { table } from '../support/evidence';
import { missingOf, seen } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { withSettings } from './machine';
import { amountOf, manual, type Proposal, proposalFixes, proposalTable } from './proposal';

/** So many dead rows, and autovacuum does not come yet: a guess; below it a share of the table says more than a number. */
const many = 1_000_000;
/** Of the rows: 1 %, for tables of that size. */
const factor = 0.01;
const source = manual('routine-vacuuming.html#AUTOVACUUM');

/** Whether autovacuum comes often enough to large tables, and works fast enough when all its workers are busy. */
export const autovacuumPace: Check = {
  id: 'resources/autovacuum',
  point: 'resources',
  title: 'Autovacuum fits the size of the tables',
  needs: ['health'],
  judge: (facts) =>
    withSettings(facts, (health) => {
      if (!autovacuumOf(health).isOn) return notApplicable('Autovacuum is off; see Maintenance.');
      const tables = seen(health.tables);
      if (!tables) return unknown('The tables cannot be seen.', missingOf(health.tables));
      const late = tables.filter((one) => isLate(one, health));
      const overdue = tables.filter((one) => one.deadRows > 2 * vacuumThreshold(one, seen(health.settings)));
      const proposed = isBusy(health) && overdue.length > 0 ? faster(health) : [];
      const details = {
        evidence: [
          ...(late.length > 0 ? [lateTable(late, health)] : []),
          ...(proposed.length > 0 ? [proposalTable(health, proposed)] : []),
        ],
        fixes: [...late.map(scaleFix), ...proposalFixes(health, proposed)],
      };
      const [worst] = late;
      if (worst) {
        const name = qualifiedName(worst.schema, worst.name);
        return attention(
          `${name} has ${formatCount(worst.deadRows)} dead rows, and autovacuum comes at ${formatCount(vacuumThreshold(worst, seen(health.settings)))}: a share of a large table is a lot.`,
          details,
        );
      }
      if (proposed.length > 0) {
        return attention(
          `All autovacuum workers are busy and ${formatCounted(overdue.length, 'table waits', 'tables wait')} for them: it may work faster.`,
          details,
        );
      }
      return passed('Autovacuum comes in time, also to the large tables.', details);
    }),
};

function isLate(one: TableHealth, { settings }: Health): boolean {
  if (isSwitchedOff(one) || one.deadRows < many) return false;
  return one.deadRows < vacuumThreshold(one, seen(settings)) && one.rows * factor < one.deadRows;
}

function isBusy(health: Health): boolean {
  const running = (seen(health.activity.progress) ?? []).filter(({ kind }) => kind === 'vacuum').length;
  return running >= autovacuumOf(health).workers;
}

const lateTable = (late: readonly TableHealth[], { settings }: Health) =>
  table(
    'Large tables that autovacuum lets wait',
    ['Table', '#Rows', '#Dead rows', '#Autovacuum comes at'],
    late.map((one) => [
      qualifiedName(one.schema, one.name),
      formatCount(one.rows),
      formatCount(one.deadRows),
      formatCount(vacuumThreshold(one, seen(settings))),
    ]),
  );

function scaleFix({ schema, name }: TableHealth): GuideFix {
  return {
    kind: 'statement',
    title: `Let autovacuum come to ${qualifiedName(schema, name)} at 1 % dead rows`,
    sql: `ALTER TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(name)} SET (autovacuum_vacuum_scale_factor = ${factor})`,
  };
}

/** The limit is shared: more workers without more of it are slower each. */
function faster(health: Health): Proposal[] {
  const own = amountOf(health, 'autovacuum_vacuum_cost_limit') ?? -1;
  const limit = own < 0 ? (amountOf(health, 'vacuum_cost_limit') ?? 200) : own;
  if (limit >= 2_000) return [];
  return [
    {
      name: 'autovacuum_vacuum_cost_limit',
      to: Math.min(2_000, limit * 5),
      why: 'All workers share this limit, whose default is for disks: five times as much reads and writes five times as much.',
      source: `${source}; how much is a guess: watch the I/O`,
    },
  ];
}
