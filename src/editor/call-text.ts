import type { CallWithoutSql } from '../code/call-sites';
import { formatCost, formatMs } from '../plan/format';
import { oneLine } from '../plan/one-line';
import { statementMs } from '../plan/worst-node';
import { sqlLines } from '../sql/sql-lines';
import { codeBlock, commandLink, plain } from './markdown';
import type { QueryArgument } from './query-argument';
import type { TrackedQuery } from './tracked-document';

/** What fits into a hover beside a plan; the page of Show SQL has all. */
const MOST_STATEMENTS = 4;
const MOST_COLUMNS = 12;
/** Beside others each statement says less of itself. */
const MOST_COLUMNS_OF_MANY = 6;

/** What a library's call sends, of the form whose dearest statement is shown: SQL, values, and what is not known. Markdown. */
export function callText(shown: TrackedQuery, ofCall: readonly TrackedQuery[], argument: QueryArgument): string {
  const call = shown.query.site.call;
  if (!call) return '';
  const [form = 1] = call.forms;
  const queries = statementsOfForm(form, ofCall);
  const link = commandLink('Show SQL', 'planlight.showSql', argument, 'The SQL of this call on a page of its own');
  const parts = [`${plain(headline(shown, ofCall, queries.length))} · ${link}`];
  const isOne = queries.length === 1;
  for (const [index, query] of queries.slice(0, MOST_STATEMENTS).entries()) {
    if (!isOne) {
      const part = ofCall.indexOf(query) + 1;
      const heading = `**${index + 1} of ${queries.length}**`;
      parts.push([heading, ...beside(query, query === shown, { ...argument, part })].join(' · '));
    }
    const mostColumns = isOne ? MOST_COLUMNS : MOST_COLUMNS_OF_MANY;
    parts.push(codeBlock(sqlLines(query.query.site.sql, { mostColumns }), 'sql'));
    const values = parametersSaid(query);
    if (values.length > 0) parts.push(values.map(plain).join(' · '));
  }
  const left = queries.length - MOST_STATEMENTS;
  if (left > 0) parts.push(`and ${left} more ${left === 1 ? 'statement' : 'statements'}.`);
  parts.push(...call.notes.map((note) => `$(info) ${plain(note)}`));
  return parts.join('\n\n');
}

/** Of a call whose SQL is not known: why. Markdown. */
export function unknownText({ library, notes }: CallWithoutSql): string {
  return [`What ${plain(library)} sends here is not known\\.`, ...notes.map((note) => `$(info) ${plain(note)}`)].join(
    '\n\n',
  );
}

/** The statements of one form, in the order in which they are sent. */
export function statementsOfForm(form: number, ofCall: readonly TrackedQuery[]): readonly TrackedQuery[] {
  const numberOf = ({ query }: TrackedQuery) => query.site.call?.statement ?? 0;
  return ofCall.filter(({ query }) => query.site.call?.forms.includes(form)).sort((a, b) => numberOf(a) - numberOf(b));
}

/** `$1 = authorId` */
export function parametersSaid({ query }: TrackedQuery): string[] {
  return query.site.parameters.map(({ index, source }) => `$${index} = ${source}`);
}

/** A statement of a call, to be picked from a list. */
export function statementItem(query: TrackedQuery): { label: string; detail: string; query: TrackedQuery } {
  const { sql, call } = query.query.site;
  const form = call && call.formCount > 1 ? `, form ${call.forms.join(', ')} of ${call.formCount}` : '';
  return { label: `Statement ${call?.statement ?? 1}${form}`, detail: oneLine(sql, 200), query };
}

function headline({ query }: TrackedQuery, ofCall: readonly TrackedQuery[], statements: number): string {
  const sent = statements === 1 ? 'this' : `${statements} statements, in this order`;
  const forms = query.site.call?.formCount ?? 1;
  if (forms === 1) return `${query.site.library} sends ${sent}`;
  const which = ofCall.some(({ judgement }) => judgement?.explained) ? 'the dearest' : 'the likeliest';
  return `${query.site.library} sends ${sent}; of ${forms} forms this is ${which}`;
}

/** What the planner says of one statement among others, and how to see more of it. */
function beside(query: TrackedQuery, isShown: boolean, argument: QueryArgument): string[] {
  const plan = query.judgement?.explained?.plan;
  const ms = plan && statementMs(plan);
  const cost = plan && (ms === undefined ? `cost ${formatCost(plan.root.totalCost)}` : formatMs(ms));
  if (isShown && plan) return [plain(`${cost}, the dearest: its plan is below`)];
  const explain = query.isExplainable
    ? [commandLink('Explain', 'planlight.explainQuery', argument, 'The plan of this statement')]
    : [];
  return [...(cost === undefined ? [] : [plain(cost)]), ...explain];
}
