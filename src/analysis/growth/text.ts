import type { Plan } from '../../nouns/plan';
import { describeNode } from '../../plan/describe-node';
import { formatCost, formatCount } from '../../plan/format';
import { oneLine } from '../../plan/one-line';
import { tellingNode } from '../../plan/telling-node';
import { reordered } from '../plan-change';
import type { GrowthLaw, QueryGrowth } from './growth';
import type { GrowingTables } from './tables';

/** A statement and how it fares. */
export interface GrownStatement {
  /** `src/posts.ts:12` */
  readonly label: string;
  readonly sql: string;
  readonly growth: QueryGrowth;
}

/** All that a report about growth says. */
export interface GrowthFacts {
  readonly statements: readonly GrownStatement[];
  readonly tables: GrowingTables;
  /** In ascending order, without today's 1. */
  readonly factors: readonly number[];
  /** Statements without a plan, and why. */
  readonly passedOver: readonly { readonly label: string; readonly why: string }[];
  /** Sizes are assumed: no database was asked. */
  readonly assumed: boolean;
  readonly leftOut: readonly string[];
}

export const lawText: Readonly<Record<GrowthLaw, string>> = {
  constant: 'constant',
  sublinear: 'slower than the data',
  linear: 'linear',
  superlinear: 'faster than the data',
  quadratic: 'quadratic',
};

const lawSentence: Readonly<Record<GrowthLaw, string>> = {
  constant: 'Its cost stays the same, however large the tables get.',
  sublinear: 'Its cost grows more slowly than the tables.',
  linear: 'Its cost grows as fast as the tables: twice the rows, twice the cost.',
  superlinear: 'Its cost grows faster than the tables.',
  quadratic: 'Its cost grows with the square of the tables: twice the rows, four times the cost.',
};

const MOST_LABEL = 44;
const MOST_CHANGES = 5;

/** Who costs most at the largest size comes first. */
export function worstFirst(statements: readonly GrownStatement[]): GrownStatement[] {
  const last = ({ growth }: GrownStatement): number => growth.steps.at(-1)?.cost ?? growth.today.cost;
  return [...statements].sort((a, b) => last(b) - last(a));
}

/** A table with one line for a statement, and below it what happens to its plan on the way. */
export function growthText(facts: GrowthFacts): string {
  const statements = worstFirst(facts.statements);
  const head = ['', 'today', ...facts.factors.map(times), 'growth'];
  const rows = statements.map(({ label, growth }) => [
    oneLine(label, MOST_LABEL),
    formatCost(growth.today.cost),
    ...growth.steps.map(({ cost }) => formatCost(cost)),
    lawText[growth.law],
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) =>
        i === 0 || i === cells.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const parts: string[] = [];
  if (statements.length > 0) {
    parts.push(`Planner's cost while ${facts.tables.said} grow`);
    parts.push(line(head));
    for (const [i, statement] of statements.entries()) {
      parts.push(
        [line(rows[i] ?? []), ...remarks(statement, facts.tables).map((remark) => `    ${remark}`)].join('\n'),
      );
    }
  }
  for (const { label, why } of facts.passedOver) parts.push(`${label}: ${why}`);
  const notes = growthNotes(facts);
  if (notes.length > 0) parts.push(notes.join('\n'));
  return parts.join('\n\n');
}

/** What is to be known before the numbers are believed. */
export function growthNotes({ statements, tables, factors, assumed, leftOut }: GrowthFacts): string[] {
  const plans = statements.map(({ growth }) => growth.today.plan);
  return [
    ...(assumed ? ['Table sizes are assumed: no database was asked.'] : []),
    ...leftOut,
    ...tables.notes(plans, factors.at(-1) ?? 1),
  ];
}

/** A page about one statement: `facts` has it only. */
export function queryGrowthText({ label, sql, growth }: GrownStatement, facts: GrowthFacts): string {
  const { tables } = facts;
  const all = [growth.today, ...growth.steps];
  const rows = all.map(({ factor, cost, plan }) => [
    factor === 1 ? 'today' : times(factor),
    tables.rowsAt(growth.today.plan, factor) ?? '',
    `cost ${formatCost(cost)}`,
    mainStep(plan),
  ]);
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i < 3 ? cell.padStart(widths[i] ?? 0) : cell))
      .join('   ')
      .trimEnd(),
  );
  const notes = growthNotes(facts);
  return [
    `How this query grows: ${label}`,
    sql.trim(),
    lines.join('\n'),
    [lawSentence[growth.law], ...changeLines(growth, tables, MOST_CHANGES * 2)].join('\n'),
    `${tables.said === 'all tables' ? 'All tables grow by the same factor' : `What grows: ${tables.said}`}. Costs are the planner's, of statistics that grow with the tables.`,
    ...(notes.length > 0 ? [notes.join('\n')] : []),
  ].join('\n\n');
}

function remarks({ sql, growth }: GrownStatement, tables: GrowingTables): string[] {
  const { today, steps, changes, overLimit } = growth;
  const lines = [oneLine(sql, 110)];
  if (overLimit) {
    const { at, limit } = overLimit;
    lines.push(
      at.factor === 1
        ? `above the limit of ${formatCost(limit)} today`
        : `above the limit of ${formatCost(limit)} from ${sizeText(today.plan, at.factor, tables)} on`,
    );
  }
  if (tables.of(today.plan).length === 0) return [...lines, 'reads no table that grows'];
  lines.push(...changeLines(growth, tables, MOST_CHANGES));
  if (changes.length === 0 && steps.length > 0) lines.push(`the same plan throughout: ${mainStep(today.plan)}`);
  else lines.push(`in the end: ${mainStep((steps.at(-1) ?? today).plan)}`);
  return lines;
}

/** `at about 40× (8,000,000 rows of posts): Nested Loop → Hash Join, cost 120 → 123` */
function changeLines({ today, changes }: QueryGrowth, tables: GrowingTables, most: number): string[] {
  const worthTelling = changes.filter(({ what }) => what !== reordered);
  const lines = worthTelling.slice(0, most).map(({ before, after, what }) => {
    const cost = `cost ${formatCost(before.cost)} → ${formatCost(after.cost)}`;
    return `at ${sizeText(today.plan, after.factor, tables)}: ${what}, ${cost}`;
  });
  if (worthTelling.length > most) lines.push(`and ${worthTelling.length - most} more changes`);
  return lines;
}

/** `about 40× (8,000,000 rows of posts)` */
export function sizeText(plan: Plan, factor: number, tables: GrowingTables): string {
  const rounded = roundFactor(factor);
  const rows = tables.rowsAt(plan, rounded);
  return `about ${times(rounded)}${rows === undefined ? '' : ` (${rows})`}`;
}

export const mainStep = (plan: Plan): string => describeNode(tellingNode(plan));

/** 10 → `10×`, 1.5 → `1.5×` */
export const times = (factor: number): string =>
  `${factor < 10 ? factor.toLocaleString('en-US', { maximumFractionDigits: 1 }) : formatCount(factor)}×`;

/** Two digits: the place of a change is known to 3 %, and next year's size less. */
export const roundFactor = (factor: number): number => Number(factor.toPrecision(2));
