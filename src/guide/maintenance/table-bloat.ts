import type { Bloat, Health, TableHealth } from '../../database/health/health';
import type { GuideFix } from '../../nouns/check';
import { formatBytes, formatCounted } from '../../plan/format';
import { qualifiedName, quoteIdentifier } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { withSection } from '../support/known';
import { attention, notApplicable, passed } from '../support/results';
import { percent } from '../support/wording';
import { autovacuumOf, vacuumThreshold } from './autovacuum';
import { bloatSource, isBloatedTable, notEstimated } from './bloat-limits';
import { vacuumFix } from './dead-rows';
import { ofPrimary } from './of-primary';

const mostFixes = 3;

type BloatedTable = TableHealth & { readonly bloat: Bloat };

/** Tables that are mostly free space, which VACUUM keeps for their next rows. */
export const tableBloat: Check = ofPrimary({
  id: 'maintenance/table-bloat',
  point: 'maintenance',
  title: 'Tables are compact',
  needs: ['health'],
  judge: (facts) =>
    withSection(
      facts,
      ({ tables }) => tables,
      (tables, health) => {
        if (tables.length === 0) return notApplicable('There is no table.');
        const bloated = tables
          .filter((one): one is BloatedTable => one.bloat !== undefined && isBloatedTable(one.bloat))
          .sort((a, b) => b.bloat.bytes - a.bloat.bytes);
        const [worst] = bloated;
        if (!worst) {
          const sized = tables.map(({ heapBytes, bloat }) => ({ bytes: heapBytes, ...(bloat && { bloat }) }));
          const all = formatCounted(tables.length, 'table');
          return notEstimated(sized, 'table', 'tables') ?? passed(`None of ${all} is mostly free space.`);
        }
        const name = qualifiedName(worst.schema, worst.name);
        const others =
          bloated.length > 1
            ? `, and ${formatCounted(bloated.length - 1, 'other table is', 'other tables are')} too`
            : '';
        const says = `${percent(worst.bloat.share)} of ${name} (${formatBytes(worst.bloat.bytes)}) is dead or free${others}: every scan of the whole reads it, until new rows fill it.`;
        return attention(says, {
          evidence: [
            table(
              'Bloated tables',
              ['Table', '#Size', '#Dead or free', '#Share'],
              bloated.map((one) => [
                qualifiedName(one.schema, one.name),
                formatBytes(one.heapBytes + one.toastBytes),
                formatBytes(one.bloat.bytes),
                percent(one.bloat.share),
              ]),
            ),
            fact('Measured', worst.bloat.by === 'pgstattuple' ? 'by pgstattuple' : 'an estimate', {
              source: bloatSource,
            }),
          ],
          fixes: bloated.slice(0, mostFixes).flatMap((one) => fixesFor(one, health)),
        });
      },
    ),
});

/** VACUUM first where it has something to clean up; a rewrite is a person's to run: it locks the table, or needs an extension. */
function fixesFor(one: BloatedTable, health: Health): GuideFix[] {
  const { schema, name, deadRows } = one;
  const shown = qualifiedName(schema, name);
  const { extensions, availableExtensions } = health.server;
  const isDead = deadRows > vacuumThreshold(one, autovacuumOf(health).settings);
  const hasRepack = extensions.pg_repack !== undefined || availableExtensions.includes('pg_repack');
  const full = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  const space = `It needs as much free disk space as the table and its indexes have when it is done.`;
  return [
    ...(isDead ? [vacuumFix(one, 'It makes the space of dead rows free for new ones; the file does not shrink.')] : []),
    ...(hasRepack
      ? [
          {
            kind: 'command' as const,
            title: `Rewrite ${shown} with pg_repack while it is used`,
            command: `pg_repack --dbname="$DATABASE_URL" --table='${full.replaceAll("'", `'\\''`)}'`,
            placeholders: ['DATABASE_URL: where the database is, in the environment.'],
            note: `The table needs a primary key or a unique index without NULLs. ${space}`,
          },
        ]
      : []),
    {
      kind: 'statement',
      title: `Rewrite ${shown} in a maintenance window`,
      sql: `VACUUM (FULL, ANALYZE) ${full}`,
      note: `Nobody can read or write it meanwhile. ${space}`,
    },
  ];
}
