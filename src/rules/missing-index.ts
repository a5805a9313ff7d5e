import type { Finding, Json } from '../nouns/finding';
import type { IndexColumn, IndexDefinition, IndexFix } from '../nouns/fix';
import type { PlanNode } from '../nouns/plan';
import { describeNode } from '../plan/describe-node';
import { formatCost, formatCount, formatGain } from '../plan/format';
import { dearerText } from '../plan/proof-text';
import { mayStopEarly, roundOverLoops, rowsRead } from '../plan/scan-rows';
import { isNegligible } from '../plan/verdict';
import { planNodes } from '../plan/walk-plan';
import { isMeasured, statementMs } from '../plan/worst-node';
import { indexColumnsSql } from '../sql/create-index';
import { quoteIdentifier } from '../sql/identifiers';
import { columnPlace } from './places';
import type { PlanContext, PlanRule } from './rule';
import { severityOf } from './weight';

/** An index that the planner was asked about, chose, and found at least a tenth cheaper. */
export const missingIndex: PlanRule = {
  id: 'missing-index',
  title: 'An index would make this query cheaper',
  reference: 'https://www.postgresql.org/docs/current/indexes-intro.html',
  check(context) {
    if (isNegligible(context.explained.plan)) return [];
    return indexSteps(context.indexes, 'other').map((step) => indexFinding(step, context));
  },
};

/** Indexes that were proved together, as one addition to those of the steps before. */
export interface IndexStep {
  readonly fixes: readonly [IndexFix, ...IndexFix[]];
  /** The indexes of the steps before, which this one counts on. */
  readonly before: readonly IndexFix[];
  /** The share of the statement's cost, without any new index, that this step takes away. */
  readonly savedShare: number;
}

/**
 * The advisor's fixes for the statement itself, each proof starting where the one before ends, in the steps that they
 * were proved in: those with a trigram index, which are about a search in text, or the others.
 */
export function indexSteps(indexes: readonly IndexFix[], about: 'search' | 'other'): IndexStep[] {
  const groups: [IndexFix, ...IndexFix[]][] = [];
  const own = indexes.filter((fix) => fix.foreignKey === undefined);
  for (const fix of own) {
    const last = groups.at(-1);
    if (last !== undefined && last[0].proof.before === fix.proof.before && last[0].proof.after === fix.proof.after) {
      last.push(fix);
    } else groups.push([fix]);
  }
  const wholeCost = own[0]?.proof.costBefore ?? 0;
  return groups
    .map((fixes, i) => {
      const { costBefore, costAfter } = fixes[0].proof;
      return { fixes, before: groups.slice(0, i).flat(), savedShare: (costBefore - costAfter) / wholeCost };
    })
    .filter(({ fixes, savedShare }) => {
      // A step with one trigram index is about the search, whatever stands beside it.
      return savedShare > 0 && fixes.some(isTrigram) === (about === 'search');
    });
}

export function isTrigram({ index }: IndexFix): boolean {
  return index.columns.some(({ operatorClass }) => operatorClass === 'gin_trgm_ops');
}

function indexFinding({ fixes, before, savedShare }: IndexStep, context: PlanContext): Finding {
  const [first] = fixes;
  const { costBefore, costAfter, assumed } = first.proof;
  const columns = fixes.flatMap((fix) => fix.index.columns.flatMap(columnNames));
  const message =
    `${whatHappens(first, context)}; ${whichIndexes(fixes, before)} it ` +
    `${formatGain(costBefore, costAfter)} cheaper (cost ${formatCost(costBefore)} → ${formatCost(costAfter)})` +
    (assumed ? '. Table sizes are assumed' : '');
  return {
    rule: 'missing-index',
    severity: severityOf(savedShare, context.explained.plan),
    confidence: 'proved',
    message: `${message}.${dearerNote(fixes)}`,
    range: columnPlace(context.site, context.statement, columns, ['where', 'from', 'order by', 'group by']),
    evidence: indexEvidence(first, context),
    fixes,
    nodeId: scanOf(first, context.explained.plan.root, context)?.id,
  };
}

/** ` It makes another query 12 % dearer: src/posts.ts:12, cost 120 → 134.`; empty when it makes none dearer. */
export function dearerNote(fixes: readonly IndexFix[]): string {
  const dearer = fixes.flatMap(({ index, proof }) => {
    const said = proof.others && dearerText(proof.others);
    return said === undefined ? [] : [` ${fixes.length === 1 ? 'It' : `The one on ${index.table}`} ${said}.`];
  });
  return dearer.join('');
}

/**
 * `an index on (author_id) makes`, `indexes on posts (author_id) and comments (post_id) together make`,
 * `with the index on posts (author_id), a further one on comments (post_id) makes`
 */
function whichIndexes(fixes: IndexStep['fixes'], before: readonly IndexFix[]): string {
  const isOne = fixes.length === 1;
  if (before.length > 0) {
    const counted = `with the ${before.length === 1 ? 'index' : 'indexes'} on ${listed(before)}`;
    return `${counted}, ${isOne ? 'a further one' : 'further ones'} on ${listed(fixes)} ${isOne ? 'makes' : 'together make'}`;
  }
  return isOne
    ? `${kindOf(fixes[0].index)} on ${keyOf(fixes[0].index)} makes`
    : `indexes on ${listed(fixes)} together make`;
}

function kindOf({ method }: IndexDefinition): string {
  return method === 'btree' ? 'an index' : method === 'hash' ? 'a hash index' : `a ${methodNames[method]} index`;
}

const methodNames = { gin: 'GIN', gist: 'GiST', brin: 'BRIN' } as const;

/** `(author_id) INCLUDE (title) WHERE status = 'draft'` */
function keyOf(index: IndexDefinition): string {
  const include = index.include ? ` INCLUDE (${index.include.map(quoteIdentifier).join(', ')})` : '';
  return `(${indexColumnsSql(index)})${include}${index.where === undefined ? '' : ` WHERE ${index.where}`}`;
}

/** author_id; of `lower(email)` lower and email: what is no column is found nowhere. */
function columnNames({ name, isExpression }: IndexColumn): string[] {
  return isExpression ? (name.match(/\w+/g) ?? []) : [name];
}

/** `posts (author_id), users (id) and comments (post_id)` */
function listed(fixes: readonly IndexFix[]): string {
  const names = fixes.map(({ index }) => `${index.table} ${keyOf(index)}`);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** The numbers behind a proved index, for every rule that proposes one. */
export function indexEvidence(fix: IndexFix, context: PlanContext): Record<string, Json> {
  const { plan, valuesSaid } = context.explained;
  const { proof } = fix;
  const scan = scanOf(fix, plan.root, context);
  const ms = statementMs(plan);
  return {
    table: `${fix.index.schema}.${fix.index.table}`,
    costBefore: proof.costBefore,
    costAfter: proof.costAfter,
    timesCheaper: Math.round((proof.costBefore / Math.max(proof.costAfter, 0.01)) * 10) / 10,
    nodesBefore: planNodes(proof.before.root).map(describeNode),
    nodesAfter: planNodes(proof.after.root).map(describeNode),
    ...(scan?.actual && { rowsRead: Math.round(rowsRead(scan)), rowsKept: Math.round(scan.actual.rows) }),
    ...(tableRows(fix, context) !== undefined && { tableRows: tableRows(fix, context) as number }),
    ...(ms !== undefined && { ms }),
    ...(valuesSaid && { values: valuesSaid }),
    indexSizeBytes: proof.sizeBytes,
    provedBy: proof.by,
    ...(proof.others && {
      otherQueries: proof.others.checked,
      otherQueriesCheaper: proof.others.better.length,
      otherQueriesDearer: proof.others.worse.length,
    }),
    assumedSizes: proof.assumed,
  };
}

/** `Reads all 200,000 rows of posts to return 10`; without a sequential scan what the plan does instead. */
export function whatHappens(fix: IndexFix, context: PlanContext): string {
  const { plan } = context.explained;
  const scan = scanOf(fix, plan.root, context);
  const table = fix.index.table;
  if (scan === undefined) return `Reads ${table} without a fitting index`;
  if (!scan.type.includes('Seq Scan')) return `Runs ${describeNode(scan)}${times(scan)}${keeps(scan)}`;
  const loops = isMeasured(plan) && scan.properties['Parallel Aware'] !== true ? (scan.actual?.loops ?? 1) : 1;
  const rows = tableRows(fix, context);
  const all = rows === undefined ? `the whole table ${table}` : `all ${formatCount(rows)} rows of ${table}`;
  if (loops > 1) return `Reads ${all} ${formatCount(loops)} times`;
  return `Reads ${all}${returns(context)}`;
}

function times(scan: PlanNode): string {
  const loops = scan.actual?.loops ?? 1;
  return loops > 1 && scan.properties['Parallel Aware'] !== true ? ` ${formatCount(loops)} times` : '';
}

function keeps(scan: PlanNode): string {
  if (scan.actual === undefined || scan.rowsRemoved === 0) return '';
  return `, which reads ${formatCount(roundOverLoops(rowsRead(scan), scan))} rows to keep ${formatCount(roundOverLoops(scan.actual.rows, scan))}`;
}

function returns({ statement, explained }: PlanContext): string {
  const { root } = explained.plan;
  if (statement.kind !== 'select') return '';
  if (isOneAggregate(root)) return ` to aggregate ${aggregated(root)}`;
  return ` to return ${rowsOf(root)}`;
}

/** `SELECT count(*) …` without GROUP BY: that it returns one row says nothing. */
function isOneAggregate(root: PlanNode): boolean {
  return root.type === 'Aggregate' && root.properties.Strategy === 'Plain';
}

/** How many rows come to the aggregate; below Gather the plan counts those of one worker. */
function aggregated(aggregate: PlanNode): string {
  const [input] = aggregate.children;
  if (input === undefined || input.type.startsWith('Gather')) return 'some of them';
  return rowsOf(input);
}

function rowsOf(node: PlanNode): string {
  if (node.actual !== undefined) return formatCount(node.actual.rows);
  return `${node.type === 'Limit' ? '' : 'about '}${formatCount(node.planRows)}`;
}

/** The scan of the fix's table, or of a partition of it, that costs most. */
function scanOf({ index }: IndexFix, root: PlanNode, { snapshot }: PlanContext): PlanNode | undefined {
  const weight = (node: PlanNode) => (node.actual?.totalMs ?? 0) + node.totalCost / 1e6;
  const names = new Set([index.table, ...(snapshot ? partitionsOf(index, snapshot.tables) : [])]);
  return planNodes(root)
    .filter((node) => node.relation !== undefined && names.has(node.relation.name) && node.type.endsWith('Scan'))
    .sort((a, b) => weight(b) - weight(a))[0];
}

/** The names of the partitions of a table, and of theirs. */
function partitionsOf({ schema, table }: Pick<IndexDefinition, 'schema' | 'table'>, tables: Tables): string[] {
  return tables
    .filter(({ partitionOf }) => partitionOf?.schema === schema && partitionOf.table === table)
    .flatMap((part) => [part.name, ...partitionsOf({ schema: part.schema, table: part.name }, tables)]);
}

type Tables = NonNullable<PlanContext['snapshot']>['tables'];

/** From a run where it can be seen, else from the catalog. */
function tableRows(fix: IndexFix, context: PlanContext): number | undefined {
  const { index } = fix;
  const scan = scanOf(fix, context.explained.plan.root, context);
  const isWhole = scan?.actual?.loops === 1 || scan?.properties['Parallel Aware'] === true;
  if (
    scan?.type === 'Seq Scan' &&
    isWhole &&
    scan.actual !== undefined &&
    !mayStopEarly(scan, context.explained.plan)
  ) {
    return roundOverLoops(rowsRead(scan), scan);
  }
  const table = context.snapshot?.tables.find(({ schema, name }) => schema === index.schema && name === index.table);
  return table === undefined || table.rows < 0 ? undefined : table.rows;
}
