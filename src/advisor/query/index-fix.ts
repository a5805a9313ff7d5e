import type { HypotheticalIndex, HypotheticalPlanner } from '../../database/planner';
import type { Snapshot, SnapshotTable } from '../../database/snapshot';
import type { ForeignKeyCheck, IndexDefinition, IndexFix } from '../../nouns/fix';
import { planNodes } from '../../plan/walk-plan';
import { indexColumnsSql } from '../../sql/create-index';
import { qualifiedName, quoteIdentifier } from '../../sql/identifiers';
import { visibleShare } from '../candidates/covering';
import { replacedBy } from '../existing-indexes';
import { indexStatements } from '../index-statements';
import type { ChosenStep } from './chosen-steps';

interface FixSource {
  readonly snapshot: Snapshot;
  readonly planner: HypotheticalPlanner;
  /** When the proof is of this query, behind the statement. */
  readonly foreignKey?: ForeignKeyCheck;
}

/** The fixes of one step of a choice: they share its proof. */
export function fixesOf(step: ChosenStep, source: FixSource): IndexFix[] {
  return step.added.map((index, i) => indexFix(index, step, step.facts[i], source));
}

function indexFix(
  index: IndexDefinition,
  step: ChosenStep,
  facts: HypotheticalIndex | undefined,
  source: FixSource,
): IndexFix {
  const { snapshot, planner, foreignKey } = source;
  const table = snapshot.tables.find(({ schema, name }) => schema === index.schema && name === index.table);
  const costBefore = step.before.plan.root.totalCost;
  const costAfter = step.after.plan.root.totalCost;
  const replaces = table ? replacedBy(index, table) : [];
  const { isPartitioned, ...statements } = indexStatements(index, snapshot);
  const remarks = [
    ...(isPartitioned ? ['partitioned: not CONCURRENTLY, writes wait meanwhile'] : []),
    ...(index.include && table ? [visibility(index, step, table)] : []),
    ...(replaces.length > 0 ? [`makes ${replaces.join(', ')} superfluous`] : []),
  ];
  return {
    kind: 'index',
    title:
      `Create ${describeIndex(index)}${reason(index, foreignKey)}: cost ${costText(costBefore)} → ${costText(costAfter)}` +
      (remarks.length > 0 ? ` (${remarks.join('; ')})` : ''),
    index,
    ...statements,
    ...(replaces.length > 0 && { replaces }),
    ...(foreignKey && { foreignKey }),
    proof: {
      by: planner.by,
      before: step.before.plan,
      after: step.after.plan,
      costBefore,
      costAfter,
      sizeBytes: facts?.sizeBytes ?? 0,
      values: step.values,
      assumed: snapshot.assumed,
      ...(facts?.guessed !== undefined && { guessed: facts.guessed }),
    },
  };
}

/** `index on posts (author_id, created_at DESC) INCLUDE (title) WHERE status = 'draft'` */
export function describeIndex(index: IndexDefinition): string {
  const what = index.method === 'btree' ? 'index' : `${index.method.toUpperCase()} index`;
  const include = index.include ? ` INCLUDE (${index.include.map(quoteIdentifier).join(', ')})` : '';
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`;
  return `${what} on ${qualifiedName(index.schema, index.table)} (${indexColumnsSql(index)})${include}${where}`;
}

function reason({ table }: IndexDefinition, foreignKey: ForeignKeyCheck | undefined): string {
  if (!foreignKey) return '';
  const key = foreignKey.columns.map((column) => `${table}.${column}`).join(', ');
  const done = foreignKey.event === 'delete' ? 'deleted row' : 'change of a key';
  return ` for the foreign key ${key}: each ${done} of ${foreignKey.referenced.table} reads all of ${table}`;
}

/** An index-only scan visits the table for every page that vacuum has not marked yet. */
function visibility(index: IndexDefinition, { after }: ChosenStep, table: SnapshotTable): string {
  const isOnly = planNodes(after.plan.root).some(
    (node) => node.type === 'Index Only Scan' && node.index === index.name,
  );
  const share = Math.round(visibleShare(table) * 100);
  return isOnly ? `index-only while vacuum keeps up: ${share} % of the pages are all-visible` : 'narrower rows';
}

/** 5013.4 → `5,013`; 8.43 → `8.4` */
function costText(cost: number): string {
  return cost.toLocaleString('en-US', { maximumFractionDigits: cost < 10 ? 1 : 0 });
}
