import type { Finding } from '../nouns/finding';
import type { ForeignKeyCheck, IndexFix } from '../nouns/fix';
import { describeNode } from '../plan/describe-node';
import { formatCost, formatCount, formatGain } from '../plan/format';
import { planNodes } from '../plan/walk-plan';
import { indexColumnsSql } from '../sql/create-index';
import { clausePlace } from './places';
import type { PlanContext, PlanRule } from './rule';

/**
 * A DELETE or a change of a key for which PostgreSQL looks through a whole other table, row by row, to keep a foreign key
 * true. The statement's own plan and cost do not show it: the query behind it was planned.
 */
export const unindexedForeignKey: PlanRule = {
  id: 'unindexed-foreign-key',
  title: 'A foreign key without an index makes each deleted row read a whole table',
  reference: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
  check(context) {
    return context.indexes.flatMap((fix) => (fix.foreignKey ? [foreignKeyFinding(fix, fix.foreignKey, context)] : []));
  },
};

function foreignKeyFinding(fix: IndexFix, key: ForeignKeyCheck, context: PlanContext): Finding {
  const { index, proof } = fix;
  const rows = context.snapshot?.tables.find(
    ({ schema, name }) => schema === index.schema && name === index.table,
  )?.rows;
  const all =
    rows === undefined || rows < 0 ? `all of ${index.table}` : `all ${formatCount(rows)} rows of ${index.table}`;
  const each = key.event === 'delete' ? 'deleted row' : 'changed key';
  const columns = key.columns.map((column) => `${index.table}.${column}`).join(', ');
  return {
    rule: 'unindexed-foreign-key',
    severity: 'warning',
    confidence: 'proved',
    message:
      `Each ${each} of ${key.referenced.table} reads ${all} for the foreign key ${columns}, which the plan does not show; ` +
      `an index on (${indexColumnsSql(index)}) makes that ${formatGain(proof.costBefore, proof.costAfter)} cheaper ` +
      `(cost ${formatCost(proof.costBefore)} → ${formatCost(proof.costAfter)})` +
      `${proof.assumed ? '. Table sizes are assumed' : ''}.`,
    range: clausePlace(context.site, context.statement, 'delete from', 'update'),
    evidence: {
      table: `${index.schema}.${index.table}`,
      constraint: key.constraint,
      query: key.sql,
      costBefore: proof.costBefore,
      costAfter: proof.costAfter,
      nodesBefore: planNodes(proof.before.root).map(describeNode),
      nodesAfter: planNodes(proof.after.root).map(describeNode),
      indexSizeBytes: proof.sizeBytes,
      provedBy: proof.by,
      assumedSizes: proof.assumed,
    },
    fixes: [fix],
  };
}
