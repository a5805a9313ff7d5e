import { formatCost, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact } from '../support/evidence';
import { whyMissing } from '../support/known';
import { attention, passed, unknown } from '../support/results';
import { dividedAdvice } from './divided-advice';
import { onPrimary, proofs } from './missing';

/**
 * Foreign keys whose check reads a whole table for each row that is deleted from the other one. A key without an index is no
 * matter where nobody deletes: those are not among them.
 * https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
 */
export const foreignKeys: Check = {
  id: 'indexes/foreign-keys',
  point: 'indexes',
  title: 'Deletes find what refers to them by an index',
  needs: ['health', 'code', 'advice'],
  judge(facts) {
    if (!facts.advice) return unknown('The foreign keys were not read.', [whyMissing(facts, 'advice')]);
    const fixes = dividedAdvice(facts.advice).foreignKeys;
    const [first] = fixes.flatMap((fix) => (fix.foreignKey ? [{ ...fix, key: fix.foreignKey }] : []));
    if (!first) return passed('No delete reads a whole table for a foreign key.');
    const { key, index, proof } = first;
    const columns = key.columns.join(', ');
    const others = fixes.length > 1 ? ` So do ${formatCounted(fixes.length - 1, 'other key')}.` : '';
    const says = `Each row deleted from ${qualifiedName(key.referenced.schema, key.referenced.table)} reads all of ${qualifiedName(index.schema, index.table)} for its foreign key (${columns}), which has no index: cost ${formatCost(proof.costBefore)}, with one ${formatCost(proof.costAfter)}.${others}`;
    return attention(says, {
      ...(facts.health?.server.isReplica && { missing: [onPrimary] }),
      evidence: [
        proofs('Foreign keys without an index', fixes),
        fact('Costs', 'of the query that PostgreSQL runs for each deleted row', {
          source: 'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
        }),
      ],
      fixes,
    });
  },
};
