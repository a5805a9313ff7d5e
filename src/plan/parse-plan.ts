import type { Plan, PlanNode } from '../nouns/plan';
import { Problem } from '../nouns/problem';
import { assignTimes, type DraftNode } from './node-times';

type Properties = Record<string, unknown>;

/**
 * Reads EXPLAIN (FORMAT JSON): `[ { "Plan": … } ]`, `{ "Plan": … }`, the same as text, or the rows of the driver
 * (`[ { "QUERY PLAN": … } ]`). Unknown node types and missing numbers are kept as they are; without a single node
 * it throws Problem 'not-understood'. No recursion: a plan may be as deep as it likes.
 */
export function parsePlan(json: unknown, source: Plan['source']): Plan {
  const top = topLevel(json);
  const root = top === undefined ? undefined : top.Plan;
  if (top === undefined || !isObject(root) || typeof root['Node Type'] !== 'string') {
    throw new Problem('not-understood', 'The answer to EXPLAIN is not a plan that Planlight understands.', {
      hint: 'Planlight reads the output of EXPLAIN (FORMAT JSON).',
    });
  }
  const nodes = readNodes(root);
  assignTimes(nodes);
  return {
    root: nodes[0] as PlanNode,
    source,
    planningMs: optionalNumber(top['Planning Time']),
    executionMs: optionalNumber(top['Execution Time']),
    settings: stringEntries(top.Settings),
    json: [top],
  };
}

/** All nodes in pre-order, linked to each other. */
function readNodes(root: Properties): DraftNode[] {
  const nodes: DraftNode[] = [];
  const pending: { properties: Properties; parent?: DraftNode }[] = [{ properties: root }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const node = readNode(next.properties, nodes.length);
    nodes.push(node);
    next.parent?.children.push(node);
    const children = next.properties.Plans;
    if (!Array.isArray(children)) continue;
    for (let i = children.length - 1; i >= 0; i--) {
      if (isObject(children[i])) pending.push({ properties: children[i], parent: node });
    }
  }
  return nodes;
}

const ownMembers = new Set([
  'Node Type',
  'Plans',
  'Relation Name',
  'Schema',
  'Alias',
  'Index Name',
  'Startup Cost',
  'Total Cost',
  'Plan Rows',
  'Plan Width',
  'Actual Startup Time',
  'Actual Total Time',
  'Actual Rows',
  'Actual Loops',
  'Sort Key',
]);

function readNode(properties: Properties, id: number): DraftNode {
  const conditions: Record<string, string> = {};
  const rest: Properties = {};
  let removedPerLoop = 0;
  for (const [key, value] of Object.entries(properties)) {
    if (ownMembers.has(key)) continue;
    if (typeof value === 'string' && /(?:Cond|Filter|Order By)$/.test(key)) conditions[key] = value;
    else rest[key] = value;
    if (key.startsWith('Rows Removed by ')) removedPerLoop += number(value);
  }
  const loops = optionalNumber(properties['Actual Loops']);
  const sortKey = properties['Sort Key'];
  return {
    id,
    type: text(properties['Node Type']) ?? 'Unknown',
    relation: readRelation(properties),
    index: text(properties['Index Name']),
    startupCost: number(properties['Startup Cost']),
    totalCost: number(properties['Total Cost']),
    planRows: number(properties['Plan Rows']),
    planWidth: number(properties['Plan Width']),
    actual:
      loops === undefined
        ? undefined
        : {
            rows: number(properties['Actual Rows']) * loops,
            loops,
            totalMs: number(properties['Actual Total Time']) * loops,
            selfMs: 0,
          },
    conditions,
    sortKey: Array.isArray(sortKey) ? sortKey.filter((key) => typeof key === 'string') : [],
    rowsRemoved: removedPerLoop * (loops ?? 1),
    properties: rest,
    children: [],
  };
}

function readRelation(properties: Properties): PlanNode['relation'] {
  const name = text(properties['Relation Name']);
  if (name === undefined) return undefined;
  return { schema: text(properties.Schema), name, alias: text(properties.Alias) ?? name };
}

/** The object that holds "Plan", however it is wrapped. Wrappings nest a few levels at most. */
function topLevel(json: unknown): Properties | undefined {
  let value = json;
  for (let unwrapped = 0; unwrapped < 8; unwrapped++) {
    if (typeof value === 'string') value = fromText(value);
    else if (Array.isArray(value)) value = fromRows(value);
    else if (!isObject(value)) return undefined;
    else if ('Plan' in value) return value;
    else if ('QUERY PLAN' in value) value = value['QUERY PLAN'];
    else if (Array.isArray(value.rows)) value = value.rows;
    else return undefined;
  }
  return undefined;
}

/** One row holds the whole plan; some drivers and psql give one row for each line of the text instead. */
function fromRows(rows: readonly unknown[]): unknown {
  if (rows.length < 2) return rows[0];
  const lines = rows.map((row) => (isObject(row) ? row['QUERY PLAN'] : row));
  return lines.every((line) => typeof line === 'string') ? lines.join('\n') : rows[0];
}

/** Accepts the bare JSON, and psql's table around it: a header, `+` at the ends of lines, `(1 row)`. */
function fromText(value: string): unknown {
  const parsed = parseJson(value);
  if (parsed !== undefined) return parsed;
  const start = value.search(/[[{]/);
  const end = Math.max(value.lastIndexOf(']'), value.lastIndexOf('}'));
  return start < 0 || end < start ? undefined : parseJson(value.slice(start, end + 1).replace(/[ \t]*\+[ \t]*$/gm, ''));
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    // Not JSON: the caller says so with a Problem.
    return undefined;
  }
}

function isObject(value: unknown): value is Properties {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function optionalNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function number(value: unknown): number {
  return optionalNumber(value) ?? 0;
}

function stringEntries(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, String(entry)]));
}
