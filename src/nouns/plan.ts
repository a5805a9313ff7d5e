/** What EXPLAIN (FORMAT JSON) said, of a server ('estimate', 'analyze') or of the planner in memory ('what-if'). */
export interface Plan {
  readonly root: PlanNode;
  readonly source: 'estimate' | 'analyze' | 'what-if';
  readonly planningMs?: number;
  readonly executionMs?: number;
  /** Settings that differ from the default (EXPLAIN's SETTINGS option). */
  readonly settings: Readonly<Record<string, string>>;
  /** The JSON as it came, for pev2 and for copying. */
  readonly json: unknown;
}

/** One node. Rows and times are totals over all loops; the planner's cost is in its own unit (seq_page_cost = 1). */
export interface PlanNode {
  /** Number in pre-order, from 0. */
  readonly id: number;
  /** 'Seq Scan', 'Sort', …; whatever the server says, also when we do not know it. */
  readonly type: string;
  readonly relation?: { readonly schema?: string; readonly name: string; readonly alias: string };
  readonly index?: string;
  readonly startupCost: number;
  readonly totalCost: number;
  /** Estimated rows of one loop. */
  readonly planRows: number;
  /** Bytes a row. */
  readonly planWidth: number;
  readonly actual?: ActualRun;
  /** 'Filter', 'Index Cond', 'Hash Cond', 'Join Filter', 'Recheck Cond', 'Merge Cond', … → the expression as printed. */
  readonly conditions: Readonly<Record<string, string>>;
  readonly sortKey: readonly string[];
  readonly rowsRemoved: number;
  /** Every other property, under the server's own name. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly children: readonly PlanNode[];
}

export interface ActualRun {
  /** Total rows over all loops. */
  readonly rows: number;
  readonly loops: number;
  /** Total time over all loops with the children's, in ms (divided by the processes where workers shared it). */
  readonly totalMs: number;
  /** Total time without the children's, in ms. */
  readonly selfMs: number;
}
