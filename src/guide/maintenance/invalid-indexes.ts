import type { IndexHealth } from '../../database/health/health';
import type { MaintenanceFix } from '../../nouns/check';
import { formatBytes, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import { table } from '../support/evidence';
import { withSection } from '../support/known';
import { attention, notApplicable, passed } from '../support/results';
import { tablesInWork } from './autovacuum';
import { ofPrimary } from './of-primary';

/**
 * Indexes that a failed CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY left: written to and never read. One that is just being
 * built is none of them.
 * https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
 */
export const invalidIndexes: Check = ofPrimary({
  id: 'maintenance/invalid-indexes',
  point: 'maintenance',
  title: 'All indexes are valid',
  needs: ['health'],
  judge: (facts) =>
    withSection(
      facts,
      ({ indexes }) => indexes,
      (indexes, health) => {
        if (indexes.length === 0) return notApplicable('There is no index.');
        const building = tablesInWork(health, 'create index');
        const invalid = indexes.filter(
          (index) => !index.isValid && !building.has(qualifiedName(index.schema, index.table)),
        );
        if (invalid.length === 0)
          return passed(`All of ${formatCounted(indexes.length, 'index', 'indexes')} are valid.`);
        const count = formatCounted(invalid.length, 'index is', 'indexes are');
        const names = invalid.slice(0, 3).map((index) => qualifiedName(index.schema, index.name));
        const unique = invalid.some(({ isUnique }) => isUnique) ? '; what should be unique there may not be' : '';
        return attention(
          `${count} invalid (${names.join(', ')}${invalid.length > 3 ? ', …' : ''}): every write maintains it and no query reads it${unique}.`,
          {
            evidence: [
              table(
                'Invalid indexes',
                ['Index', 'Table', '#Size', 'Definition'],
                invalid.map((index) => [
                  qualifiedName(index.schema, index.name),
                  qualifiedName(index.schema, index.table),
                  formatBytes(index.bytes),
                  index.definition,
                ]),
              ),
            ],
            fixes: invalid.flatMap(fixesFor),
          },
        );
      },
    ),
});

/** `x_ccnew` and `x_ccold` are the copies of REINDEX CONCURRENTLY, whose index itself stands; others were wanted once. */
function fixesFor({ schema, table: of, name, isOfConstraint, isUnique }: IndexHealth): MaintenanceFix[] {
  const shown = qualifiedName(schema, name);
  const drop: MaintenanceFix = {
    kind: 'maintenance',
    title: `DROP INDEX CONCURRENTLY ${shown}`,
    task: { kind: 'drop index', schema, index: name },
  };
  if (/_cc(?:new|old)\d*$/.test(name)) return [drop];
  const repair: MaintenanceFix = {
    kind: 'maintenance',
    title: `REINDEX INDEX CONCURRENTLY ${shown}`,
    task: { kind: 'reindex', schema, table: of, index: name },
    note: `If it is wanted. It needs free disk space for the whole index${isUnique ? ', and fails while there are rows with equal keys' : ''}.`,
  };
  return isOfConstraint ? [repair] : [drop, repair];
}
