import type { Bloat, IndexHealth } from '../../database/health/health';
import type { MaintenanceFix } from '../../nouns/check';
import { formatBytes, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { withSection } from '../support/known';
import { attention, notApplicable, passed } from '../support/results';
import { percent } from '../support/wording';
import { bloatSource, isBloatedIndex, notEstimated } from './bloat-limits';
import { ofPrimary } from './of-primary';

const mostFixes = 5;

export type BloatedIndex = IndexHealth & { readonly bloat: Bloat };

/** B-trees of which a rebuild would free much; VACUUM gives their pages back to the index only. */
export const indexBloat: Check = ofPrimary({
  id: 'maintenance/index-bloat',
  point: 'maintenance',
  title: 'Indexes are compact',
  needs: ['health'],
  judge: (facts) =>
    withSection(
      facts,
      ({ indexes }) => indexes,
      (indexes) => {
        if (indexes.length === 0) return notApplicable('There is no index.');
        const bloated = bloatedIndexes(indexes);
        const [worst] = bloated;
        if (!worst) {
          const all = formatCounted(indexes.length, 'index', 'indexes');
          const btrees = indexes.filter(({ method }) => method === 'btree');
          return notEstimated(btrees, 'index', 'indexes') ?? passed(`None of ${all} would shrink much by a rebuild.`);
        }
        const bytes = bloated.reduce((sum, { bloat }) => sum + bloat.bytes, 0);
        const count = formatCounted(bloated.length, 'index is', 'indexes are');
        const most = `${percent(worst.bloat.share)} of ${qualifiedName(worst.schema, worst.name)}`;
        return attention(`${count} bloated: a rebuild frees about ${formatBytes(bytes)}, most of it ${most}.`, {
          evidence: [
            table(
              'Bloated indexes',
              ['Index', 'Table', '#Size', '#Would be freed', '#Share'],
              bloated.map(({ schema, name, table: of, bytes: size, bloat }) => [
                qualifiedName(schema, name),
                qualifiedName(schema, of),
                formatBytes(size),
                formatBytes(bloat.bytes),
                percent(bloat.share),
              ]),
            ),
            fact('Measured', worst.bloat.by === 'pgstattuple' ? 'by pgstattuple' : 'an estimate', {
              source: bloatSource,
            }),
          ],
          fixes: bloated.slice(0, mostFixes).map(reindexFix),
        });
      },
    ),
});

/** What is freed by the rebuild of others is not theirs; the most first. Exclusion constraints' cannot be rebuilt concurrently. */
export function bloatedIndexes(indexes: readonly IndexHealth[]): BloatedIndex[] {
  return indexes
    .filter((index): index is BloatedIndex => index.isValid && index.bloat !== undefined && isBloatedIndex(index.bloat))
    .sort((a, b) => b.bloat.bytes - a.bloat.bytes);
}

function reindexFix({ schema, table: of, name, bytes, bloat }: BloatedIndex): MaintenanceFix {
  return {
    kind: 'maintenance',
    title: `REINDEX INDEX CONCURRENTLY ${qualifiedName(schema, name)}`,
    task: { kind: 'reindex', schema, table: of, index: name },
    note: `${formatBytes(bytes)} → about ${formatBytes(bytes - bloat.bytes)}. Reads and writes go on. It needs up to ${formatBytes(bytes)} of free disk space until the old index is dropped.`,
  };
}
