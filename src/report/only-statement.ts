import { explainableStatement, whyNotExplainable } from '../analysis/explainable';
import type { ReadQuery } from '../analysis/judgement';
import { Positions } from '../code/positions';
import { Problem } from '../nouns/problem';
import type { SourceDocument } from '../nouns/query-site';
import type { Statement } from '../nouns/statement';

/** The one statement that `explain` was given. Throws the Problem that says why there is none. */
export function onlyStatement(
  document: SourceDocument,
  queries: readonly ReadQuery[],
): { query: ReadQuery; statement: Statement } {
  const [query, second] = queries;
  if (!query) throw new Problem('not-understood', 'There is no statement in the text.');
  if (second) throw new Problem('not-understood', 'explain takes one statement; this text holds several.');
  if (!query.parsed.ok) throw brokenStatement(document, query, query.parsed.problem);
  const statement = explainableStatement(query);
  if (statement) return { query, statement };
  throw new Problem('unsupported', whyNotExplainable(query));
}

/** `Line 1, column 10: syntax error at or near "FORM".` */
function brokenStatement(
  document: SourceDocument,
  { site }: ReadQuery,
  problem: { readonly message: string; readonly range: { start: number; end: number } },
): Problem {
  const { line, column } = new Positions(document.text).of(site.sourceMap.rangeToDocument(problem.range));
  return new Problem('syntax', `Line ${line}, column ${column}: ${problem.message}.`);
}
