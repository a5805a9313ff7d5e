import type { SnapshotIndex, SnapshotTable } from '../database/snapshot';
import type { PlanNode } from '../nouns/plan';
import type { Statement } from '../nouns/statement';
import type { TextRange } from '../nouns/text-range';
import { formatCount } from '../plan/format';
import { roundOverLoops, rowsRead } from '../plan/scan-rows';
import { isNegligible } from '../plan/verdict';
import { planNodes } from '../plan/walk-plan';
import { shareWithInputs } from '../plan/worst-node';
import { isNode, walk } from '../sql/ast';
import { ByteOffsets } from '../sql/byte-offsets';
import { asColumn, type ColumnMention, expressionEnd } from './places';
import type { PlanRule } from './rule';
import { severityOf } from './weight';

/** The scan must be a good part of the statement: else the hidden index would not help it. */
const mainPart = 0.5;

/**
 * `lower(email) = …`, `id::text = …`, `date(created_at) = …`: the index on the column does not know the result.
 */
export const functionHidesIndex: PlanRule = {
  id: 'function-hides-index',
  title: 'A function or a cast hides the index on a column',
  reference: 'https://www.postgresql.org/docs/current/indexes-expressional.html',
  check({ site, statement, explained, snapshot, indexes }) {
    const { plan } = explained;
    if (snapshot === undefined || isNegligible(plan)) return [];
    for (const hidden of wrappedColumns(statement)) {
      for (const scan of planNodes(plan.root)) {
        const table = scannedTable(scan, hidden, snapshot.tables);
        if (table === undefined || shareWithInputs(scan, plan) < mainPart) continue;
        if (indexes.some((fix) => fix.index.table === table.name)) continue;
        const index = table.indexes.find(({ columns }) => columns[0]?.name === hidden.column.name);
        if (index === undefined || !wouldSelectFew(scan) || isTextOfText(hidden, table)) continue;
        if (hasExpressionIndex(table, hidden)) continue;
        return [
          {
            rule: 'function-hides-index',
            severity: severityOf(shareWithInputs(scan, plan), plan),
            confidence: 'likely',
            message: `${hidden.text} hides the index ${index.name} on ${hidden.column.name}, so ${readsAll(scan, table)}; compare the bare column, or index the expression.`,
            range: site.sourceMap.rangeToDocument(hidden.range),
            evidence: {
              table: table.name,
              column: hidden.column.name,
              index: index.name,
              expression: hidden.text,
              filter: scan.conditions.Filter ?? '',
              share: shareWithInputs(scan, plan),
              ...(scan.actual && { rowsRead: Math.round(rowsRead(scan)), rowsKept: Math.round(scan.actual.rows) }),
            },
            fixes: [],
            nodeId: scan.id,
          },
        ];
      }
    }
    return [];
  },
};

interface WrappedColumn {
  readonly column: ColumnMention;
  /** `lower(email)`, as the statement writes it. */
  readonly text: string;
  readonly range: TextRange;
  readonly castTo?: string;
}

/** Columns that are compared after a function or a cast was applied to them. */
function wrappedColumns(statement: Statement): WrappedColumn[] {
  const offsets = new ByteOffsets(statement.text);
  const found: WrappedColumn[] = [];
  walk(statement.ast, (type, node) => {
    if (type !== 'A_Expr' || !comparisons.has(operator(node.name))) return undefined;
    for (const side of [node.lexpr, node.rexpr]) {
      const wrapped = readWrapped(side, statement, offsets);
      if (wrapped !== undefined) found.push(wrapped);
    }
    return undefined;
  });
  return found;
}

const comparisons = new Set(['=', '<', '>', '<=', '>=', '~~']);

function operator(name: unknown): string {
  const last = Array.isArray(name) ? name.at(-1) : undefined;
  return isNode(last) && isNode(last.String) ? String(last.String.sval) : '';
}

function readWrapped(node: unknown, statement: Statement, offsets: ByteOffsets): WrappedColumn | undefined {
  if (!isNode(node)) return undefined;
  const { text } = statement;
  if (isNode(node.FuncCall)) {
    const call = node.FuncCall;
    const args = Array.isArray(call.args) ? call.args : [];
    const columns = args.flatMap(
      (arg) => asColumn(arg, statement, offsets) ?? readWrapped(arg, statement, offsets)?.column ?? [],
    );
    const [column] = columns;
    if (column === undefined || columns.length > 1) return undefined;
    const start = offsets.fromByte(Number(call.location ?? 0));
    const range = { start, end: expressionEnd(text, start) };
    return { column, range, text: text.slice(range.start, range.end) };
  }
  if (!isNode(node.TypeCast)) return undefined;
  const column = asColumn(node.TypeCast.arg, statement, offsets);
  if (column === undefined) return undefined;
  const cast = /^\s*::\s*[\w ]*\w(?:\(\d+\))?/.exec(text.slice(column.end).split(/[=<>)]/)[0] ?? '')?.[0] ?? '';
  const range = { start: column.start, end: column.end + cast.length };
  return { column, range, text: text.slice(range.start, range.end), castTo: castType(node.TypeCast.typeName) };
}

function castType(typeName: unknown): string {
  const names = isNode(typeName) && Array.isArray(typeName.names) ? typeName.names : [];
  const last = names.at(-1);
  return isNode(last) && isNode(last.String) ? String(last.String.sval) : '';
}

function scannedTable(
  scan: PlanNode,
  hidden: WrappedColumn,
  tables: readonly SnapshotTable[],
): SnapshotTable | undefined {
  if (scan.type !== 'Seq Scan' || scan.relation === undefined || scan.conditions.Filter === undefined) return undefined;
  const { qualifier, name } = hidden.column;
  if (qualifier !== undefined && qualifier !== scan.relation.alias && qualifier !== scan.relation.name)
    return undefined;
  if (!scan.conditions.Filter.includes(name)) return undefined;
  return tables.find(
    (table) =>
      table.name === scan.relation?.name &&
      (scan.relation.schema === undefined || table.schema === scan.relation.schema),
  );
}

/** An index serves up to about a tenth of the rows; more are read faster from end to end. */
function wouldSelectFew(scan: PlanNode): boolean {
  return scan.actual === undefined || scan.actual.rows * 10 <= rowsRead(scan);
}

/** varchar → text changes nothing: the planner uses the index all the same. */
function isTextOfText(hidden: WrappedColumn, table: SnapshotTable): boolean {
  const type = table.columns.find(({ name }) => name === hidden.column.name)?.type ?? '';
  return ['text', 'varchar'].includes(hidden.castTo ?? '') && /^(?:text|character varying)/.test(type);
}

function hasExpressionIndex(table: SnapshotTable, hidden: WrappedColumn): boolean {
  const mentions = ({ columns }: SnapshotIndex) =>
    columns.some(({ expression }) => expression?.includes(hidden.column.name));
  return table.indexes.some(mentions);
}

function readsAll(scan: PlanNode, table: SnapshotTable): string {
  if (scan.actual === undefined) return `${table.name} is read from end to end`;
  return `${formatCount(roundOverLoops(rowsRead(scan), scan))} rows of ${table.name} are read to keep ${formatCount(roundOverLoops(scan.actual.rows, scan))}`;
}
