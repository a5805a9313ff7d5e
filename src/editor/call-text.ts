import type { GeneratedBy, QuerySite } from '../nouns/query-site';
import { sqlLines } from '../sql/sql-lines';
import { codeBlock, commandLink, plain } from './markdown';
import type { QueryArgument } from './query-argument';
import type { TrackedQuery } from './tracked-document';

/** What fits into a hover beside a plan; the page of Show SQL has all. */
const MOST_STATEMENTS = 4;
const MOST_COLUMNS = 12;

/** What a library's call sends, of the form whose dearest statement is shown: SQL, values, and what is not known. Markdown. */
export function callText(shown: TrackedQuery, ofCall: readonly TrackedQuery[], argument: QueryArgument): string {
  const call = shown.query.site.call;
  if (!call) return '';
  const [form = 1] = call.forms;
  const sites = statementsOfForm(form, ofCall);
  const link = commandLink('Show SQL', 'planlight.showSql', argument, 'The SQL of this call on a page of its own');
  const parts = [`${plain(headline(shown.query.site.library, call, sites.length))} · ${link}`];
  for (const site of sites.slice(0, MOST_STATEMENTS)) {
    parts.push(codeBlock(sqlLines(site.sql, { mostColumns: MOST_COLUMNS }), 'sql'));
    if (site.parameters.length > 0) parts.push(parametersSaid(site).map(plain).join(' · '));
  }
  if (sites.length > MOST_STATEMENTS) parts.push(`and ${sites.length - MOST_STATEMENTS} more statements.`);
  parts.push(...call.notes.map((note) => `$(info) ${plain(note)}`));
  return parts.join('\n\n');
}

/** The statements of one form, in the order in which they are sent. */
export function statementsOfForm(form: number, ofCall: readonly TrackedQuery[]): readonly QuerySite[] {
  return ofCall
    .map(({ query }) => query.site)
    .filter(({ call }) => call?.forms.includes(form))
    .sort((a, b) => (a.call?.statement ?? 0) - (b.call?.statement ?? 0));
}

/** `$1 = authorId` */
export function parametersSaid({ parameters }: QuerySite): string[] {
  return parameters.map(({ index, source }) => `$${index} = ${source}`);
}

function headline(library: string, call: GeneratedBy, statements: number): string {
  const sent = statements === 1 ? 'this' : `${statements} statements, in this order`;
  const forms = call.formCount === 1 ? '' : `; of ${call.formCount} forms this is the dearest`;
  return `${library} sends ${sent}${forms}`;
}
