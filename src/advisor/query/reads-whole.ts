import type { Snapshot } from '../../database/snapshot';
import { planNodes } from '../../plan/walk-plan';
import type { Planned } from './trials';

/** From this share of a table's rows on, a scan by an index is a scan of the whole of it. */
const mostRows = 0.3;

/** Whether one of the plans reads so much of a table by an index; with a LIMIT above it stops before. */
export function readsWhole({ plans }: Planned, snapshot: Snapshot): boolean {
  return plans.some(({ plan }) => {
    const nodes = planNodes(plan.root);
    if (nodes.some(({ type }) => type === 'Limit')) return false;
    return nodes.some((node) => {
      if (node.relation === undefined || !/^(?:Index|Index Only|Bitmap Heap) Scan$/.test(node.type)) return false;
      const table = snapshot.tables.find(({ name }) => name === node.relation?.name);
      return table !== undefined && table.rows > 0 && node.planRows > table.rows * mostRows;
    });
  });
}
