import type { TableHealth } from '../../database/health/health';
import { formatBytes, formatCount, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { withSection } from '../support/known';
import { notApplicable, passed } from '../support/results';
import { percent } from '../support/wording';

/** For information: which tables are large, with their indexes and TOAST. A size alone is no fault. */
export const sizes: Check = {
  id: 'bottleneck/sizes',
  point: 'bottleneck',
  title: 'Sizes are known',
  needs: ['health'],
  judge: (facts) =>
    withSection(
      facts,
      ({ tables }) => tables,
      (tables, { server }) => {
        const bySize = [...tables].sort((a, b) => bytesOf(b) - bytesOf(a));
        const [largest] = bySize;
        if (!largest) return notApplicable('There is no table.');
        const whole = tables.reduce((sum, one) => sum + bytesOf(one), 0);
        const of = whole > 0 ? `, ${percent(bytesOf(largest) / whole)} of all` : '';
        const name = qualifiedName(largest.schema, largest.name);
        const says = `${formatCounted(tables.length, 'table')} of ${formatBytes(whole)} with indexes; the largest is ${name} (${formatBytes(bytesOf(largest))}${of}).`;
        const rows = bySize.map((one) => [
          qualifiedName(one.schema, one.name),
          formatBytes(bytesOf(one)),
          formatBytes(one.heapBytes),
          formatBytes(one.indexBytes),
          formatBytes(one.toastBytes),
          one.rows < 0 ? formatCount(one.liveRows) : formatCount(one.rows),
        ]);
        return passed(says, {
          evidence: [
            ...(server.databaseBytes === undefined
              ? []
              : [fact('Database', formatBytes(server.databaseBytes), { raw: server.databaseBytes })]),
            table('By size', ['Table', '#Whole', '#Rows’ pages', '#Indexes', '#TOAST', '#Rows'], rows),
          ],
        });
      },
    ),
};

const bytesOf = ({ heapBytes, indexBytes, toastBytes }: TableHealth): number => heapBytes + indexBytes + toastBytes;
