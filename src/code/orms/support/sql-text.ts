import type { TextRange } from '../../../nouns/text-range';
import { StatementWriter } from '../../../sql/statement-writer';
import type { GeneratedParameter, GeneratedStatement } from '../orm';

/**
 * SQL in pieces, parameters between the text: for libraries that put text together themselves, where the program's own SQL
 * may stand at any place. ['"id" = ', { source: 'id', range }]
 */
export type SqlText = readonly (string | GeneratedParameter)[];

/** sql`${column} between ${from} and ${to}`; a string is pasted in as it is. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (SqlText | string)[]): SqlText {
  return strings.flatMap((text, i) => {
    const part = parts[i];
    if (part === undefined) return [text];
    return typeof part === 'string' ? [text + part] : [text, ...part];
  });
}

export function joined(texts: readonly SqlText[], separator: string): SqlText {
  return texts.flatMap((text, i) => (i === 0 ? text : [separator, ...text]));
}

export function isEmpty(text: SqlText): boolean {
  return text.every((piece) => piece === '');
}

/** Its text begins like that; a parameter in front is no text. */
export function startsWith(text: SqlText, pattern: RegExp): boolean {
  const first = text.find((piece) => piece !== '');
  return typeof first === 'string' && pattern.test(first);
}

/** The statement with `$1`, `$2`, … in the order in which they stand; `places` say where the document has its names. */
export function statementOf(text: SqlText, places?: ReadonlyMap<string, TextRange>): GeneratedStatement {
  const writer = new StatementWriter<GeneratedParameter>();
  const parts = text.map((piece) => (typeof piece === 'string' ? piece : writer.parameter(piece)));
  const statement = writer.write(writer.raw(...parts));
  return places !== undefined && places.size > 0 ? { ...statement, places } : statement;
}

/** The same for all that a call sends. */
export function statementsOf(
  sent: readonly { readonly sql: SqlText; readonly isFollowUp?: true }[],
  places?: ReadonlyMap<string, TextRange>,
): readonly GeneratedStatement[] {
  return sent.map((each) => ({
    ...statementOf(each.sql, places),
    ...(each.isFollowUp ? { isFollowUp: true as const } : {}),
  }));
}
