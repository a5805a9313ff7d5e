import type { Finding } from '../nouns/finding';
import type { PlanNode } from '../nouns/plan';
import type { Statement } from '../nouns/statement';
import type { TextRange } from '../nouns/text-range';
import { formatBytes, formatCost, formatCount, formatGain } from '../plan/format';
import { roundOverLoops, rowsRead } from '../plan/scan-rows';
import { isNegligible } from '../plan/verdict';
import { planNodes } from '../plan/walk-plan';
import { shareWithInputs } from '../plan/worst-node';
import { isNode, walk } from '../sql/ast';
import { ByteOffsets } from '../sql/byte-offsets';
import { dearerNote, type IndexStep, indexEvidence, indexSteps, isTrigram, whatHappens } from './missing-index';
import { asColumn, type ColumnMention, clausePlace, expressionEnd } from './places';
import type { PlanContext, PlanRule } from './rule';
import { leastShare, severityOf } from './weight';

/**
 * `title LIKE '%index%'`: a B-tree finds text by its beginning only, so the whole table is read. A trigram index is
 * proposed where the planner chose it.
 */
export const leadingWildcard: PlanRule = {
  id: 'leading-wildcard',
  title: 'LIKE with a leading wildcard reads the whole table',
  reference: 'https://www.postgresql.org/docs/current/pgtrgm.html',
  check(context) {
    if (isNegligible(context.explained.plan)) return [];
    const searches = wildcardSearches(context.statement, context);
    const proved = indexSteps(context.indexes, 'search').map((step) => provedFinding(step, searches, context));
    return proved.length > 0 ? proved : unprovedFinding(searches, context);
  },
};

interface Search {
  readonly column: ColumnMention;
  /** `title LIKE '%index%'` in the statement's text. */
  readonly range: TextRange;
}

function provedFinding({ fixes, savedShare }: IndexStep, searches: readonly Search[], context: PlanContext): Finding {
  const best = fixes.find(isTrigram) ?? fixes[0];
  const { costBefore, costAfter, sizeBytes, assumed } = best.proof;
  const names = best.index.columns.map((column) => column.name).join(', ');
  const search = searches.find(({ column }) => best.index.columns.some(({ name }) => name.includes(column.name)));
  return {
    rule: 'leading-wildcard',
    severity: severityOf(savedShare, context.explained.plan),
    confidence: 'proved',
    message:
      `${whatHappens(best, context)}, because the pattern starts with a wildcard; a trigram index on ${names} ` +
      `(${formatBytes(sizeBytes)}) makes it ${formatGain(costBefore, costAfter)} cheaper ` +
      `(cost ${formatCost(costBefore)} → ${formatCost(costAfter)})${assumed ? '. Table sizes are assumed' : ''}.${dearerNote(fixes)}`,
    range: place(search, context),
    evidence: { ...indexEvidence(best, context), ...(best.needs !== undefined && { needs: best.needs }) },
    fixes,
  };
}

/** Without a proof no index is named; and it is said only where the search is what the statement spends its time on. */
function unprovedFinding(searches: readonly Search[], context: PlanContext): Finding[] {
  const { plan } = context.explained;
  for (const search of searches) {
    const scan = planNodes(plan.root).find((node) => searchesIn(node, search.column.name));
    if (scan?.relation === undefined || shareWithInputs(scan, plan) < 0.5) continue;
    const read = roundOverLoops(rowsRead(scan), scan);
    const kept = roundOverLoops(scan.actual?.rows ?? 0, scan);
    // A search that finds a good part of the table would read all of it with any index.
    if (scan.actual !== undefined && kept * 10 > read) continue;
    const rows = scan.actual === undefined ? '' : `: ${formatCount(read)} rows to keep ${formatCount(kept)}`;
    return [
      {
        rule: 'leading-wildcard',
        severity: severityOf(leastShare, plan),
        confidence: 'likely',
        message: `The pattern starts with a wildcard, which no B-tree index can serve, so ${scan.relation.name} is read from end to end${rows}.`,
        range: place(search, context),
        evidence: {
          table: scan.relation.name,
          column: search.column.name,
          share: shareWithInputs(scan, plan),
          cost: scan.totalCost,
          ...(scan.actual && { rowsRead: read, rowsKept: kept }),
        },
        fixes: [],
        nodeId: scan.id,
      },
    ];
  }
  return [];
}

/** `((title)::text ~~ '%index%'::text)`; `~~*` is ILIKE. */
function searchesIn(node: PlanNode, column: string): boolean {
  const filter = node.conditions.Filter ?? '';
  return node.type === 'Seq Scan' && / ~~\*? /.test(filter) && filter.includes(column);
}

function place(search: Search | undefined, { site, statement }: PlanContext): TextRange {
  return search === undefined ? clausePlace(site, statement, 'where') : site.sourceMap.rangeToDocument(search.range);
}

function wildcardSearches(statement: Statement, { explained }: PlanContext): Search[] {
  const offsets = new ByteOffsets(statement.text);
  const searches: Search[] = [];
  walk(statement.ast, (type, node) => {
    if (type !== 'A_Expr' || (node.kind !== 'AEXPR_LIKE' && node.kind !== 'AEXPR_ILIKE')) return undefined;
    const column = asColumn(node.lexpr, statement, offsets);
    const pattern = readPattern(node.rexpr, explained.values);
    if (column === undefined || pattern === undefined || !/^[%_]/.test(pattern.text)) return undefined;
    const start = offsets.fromByte(pattern.location);
    searches.push({ column, range: { start: column.start, end: expressionEnd(statement.text, start) } });
    return undefined;
  });
  return searches;
}

/** A literal, or the value that the plan was made with; `'%' || $1 || '%'` begins with its first literal. */
function readPattern(
  node: unknown,
  values: PlanContext['explained']['values'],
): { text: string; location: number } | undefined {
  if (!isNode(node)) return undefined;
  if (isNode(node.A_Const) && isNode(node.A_Const.sval)) {
    return { text: String(node.A_Const.sval.sval ?? ''), location: Number(node.A_Const.location ?? 0) };
  }
  if (isNode(node.ParamRef)) {
    const value = values?.[Number(node.ParamRef.number) - 1];
    return typeof value === 'string' ? { text: value, location: Number(node.ParamRef.location ?? 0) } : undefined;
  }
  if (isNode(node.A_Expr)) return readPattern(node.A_Expr.lexpr, values);
  if (isNode(node.TypeCast)) return readPattern(node.TypeCast.arg, values);
  return undefined;
}
