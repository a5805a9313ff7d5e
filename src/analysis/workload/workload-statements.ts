import { whyNotRead } from '../../code/left-alone';
import { Positions } from '../../code/positions';
import type { Snapshot } from '../../database/snapshot';
import type { StatementCalls } from '../../database/statement-calls';
import type { QuerySite, SourceDocument } from '../../nouns/query-site';
import { oneLine } from '../../plan/one-line';
import { plainCreateView } from '../../sql/create-view';
import type { SqlParser } from '../../sql/parser';
import { writtenRelations } from '../../sql/written-relations';
import type { Analyzer } from '../analyzer';
import { hasPlan, statementToPlan } from '../explainable';
import type { ReadQuery } from '../judgement';
import type { FoundStatement, PassedOver } from './workload';

export interface FoundStatements {
  readonly statements: readonly FoundStatement[];
  /** Texts of the other statements; among them may be some that create views. */
  readonly others: readonly string[];
  readonly passedOver: readonly PassedOver[];
  /** Where calls are counted: the rows that they wrote, by the table's name as it stands in them. */
  readonly writtenRows?: ReadonlyMap<string, number>;
}

/** A file, and what its calls of query libraries send where somebody read them. */
export interface WorkloadDocument extends SourceDocument {
  readonly calls?: readonly QuerySite[];
}

/** The queries of source files; `uri` of each is as a person knows the file. */
export async function statementsOf(
  documents: readonly WorkloadDocument[],
  analyzer: Analyzer,
): Promise<FoundStatements> {
  const statements: FoundStatement[] = [];
  const others: string[] = [];
  const passedOver: PassedOver[] = [];
  for (const document of documents) {
    const why = whyNotRead(document);
    await analyzer.prepare(document.languageId);
    const reading = why === undefined ? analyzer.read(document, document.calls) : undefined;
    const unread = why ?? reading?.leftAlone;
    if (unread !== undefined) passedOver.push({ label: document.uri, why: `It is left alone: ${unread}.` });
    const positions = new Positions(document.text);
    for (const query of reading?.queries ?? []) {
      const label = `${document.uri}:${positions.of(query.site.range).line}`;
      const statement = statementToPlan(query);
      if (statement) statements.push({ label, statement, parameters: query.site.parameters, weight: 1 });
      else if (query.parsed.ok) others.push(query.parsed.statement.text);
      else passedOver.push({ label, why: whyUnread(query) });
    }
  }
  return { statements, others, passedOver };
}

/** The parser's complaint, unless it is about our stand-in for program text that is pasted into the SQL. */
function whyUnread({ findings }: ReadQuery): string {
  const broken = findings.find(({ rule }) => rule === 'syntax-error' || rule === 'no-plan');
  return broken?.message ?? 'Part of its text is known only when the program runs.';
}

/** What pg_stat_statements counted, with the calls as weights. */
export function countedStatements(calls: readonly StatementCalls[], parser: SqlParser): FoundStatements {
  const statements: FoundStatement[] = [];
  const passedOver: PassedOver[] = [];
  const writtenRows = new Map<string, number>();
  for (const [position, { text, calls: weight, rows }] of calls.entries()) {
    const label = `statement ${position + 1} (${oneLine(text, 60)})`;
    const parsed = parser.parse(text);
    if (!parsed.ok) {
      passedOver.push({ label, why: parsed.problem.message });
      continue;
    }
    for (const { schema, name } of writtenRelations(parsed.statement)) {
      const table = schema === undefined ? name : `${schema}.${name}`;
      writtenRows.set(table, (writtenRows.get(table) ?? 0) + rows);
    }
    if (hasPlan(parsed.statement)) statements.push({ label, statement: parsed.statement, parameters: [], weight });
  }
  return { statements, others: [], passedOver, writtenRows };
}

/** CREATE VIEW statements for the views among the texts that the snapshot does not have. */
export function newViews(texts: readonly string[], { views, searchPath }: Snapshot): string[] {
  const known = new Set(views.map(headOf));
  const found = texts.flatMap((text) => plainCreateView(text, searchPath[0] ?? 'public') ?? []);
  return found.filter((view) => !known.has(headOf(view)));
}

/** Without quotes, which not every writer puts. */
const headOf = (view: string): string => view.slice(0, view.indexOf(' AS ')).replaceAll('"', '');
