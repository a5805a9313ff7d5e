import { tokens } from '../../../sql/lexer';
import { findPlaceholders, type Placeholder } from '../../../sql/placeholders';
import type { StringSyntax } from './syntax';

/** Those of the language's drivers, and all others where none of these stands. */
export function placeholdersIn(text: string, syntax: StringSyntax): Placeholder[] {
  const own = syntax.placeholders?.(text) ?? [];
  const others = findPlaceholders(text).filter(({ range }) =>
    own.every((one) => range.end <= one.range.start || one.range.end <= range.start),
  );
  return [...own, ...others];
}

/** `@name`, not the operators `@>`, `<@` and `@@`. The first group of `pattern` is the parameter's name. */
export function named(text: string, pattern: RegExp): Placeholder[] {
  const quoted = tokens(text).filter(({ kind }) => kind === 'string' || kind === 'quoted name' || kind === 'comment');
  return [...text.matchAll(pattern)].flatMap((match) => {
    const range = { start: match.index, end: match.index + match[0].length };
    const isQuoted = quoted.some(({ start, end }) => start < range.end && range.start < end);
    return isQuoted ? [] : [{ range, source: match[0], name: match[1] ?? match[0], kind: 'value' as const }];
  });
}

/** `@id` of Npgsql, Dapper and pgx.NamedArgs. */
export const atNames = /(?<![@<\w])@([A-Za-z_]\w*)/g;
