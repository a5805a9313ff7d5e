import { quoteIdentifier, quoteLiteral } from '../../sql/identifiers';
import type { CollationRow } from './queries';

/**
 * `CREATE COLLATION` that works without the server's C library: ICU's rules of the same language order letters as its
 * locales do. What compares bytes goes on doing so; all of libc's locales do in the planner in memory.
 */
export function createCollation({ schema, name, provider, locale, isDeterministic }: CollationRow): string[] {
  if (provider === 'd' || locale === null) return [];
  return [
    `CREATE COLLATION IF NOT EXISTS ${quoteIdentifier(schema)}.${quoteIdentifier(name)} ` +
      `(${rules(provider, locale)}, deterministic = ${isDeterministic})`,
  ];
}

function rules(provider: string, locale: string): string {
  if (provider === 'b') return `provider = builtin, locale = ${quoteLiteral(locale)}`;
  if (provider === 'i') return `provider = icu, locale = ${quoteLiteral(locale)}`;
  if (/^(?:c|posix)$/i.test(locale)) return `provider = libc, locale = 'C'`;
  if (/^(?:c|posix)\./i.test(locale)) return `provider = libc, locale = 'en_US.UTF-8'`;
  // `de_DE.utf8`, `German_Germany.1252`
  const language = /^([a-z]{2,3})(?:_([A-Z]{2}))?(?![A-Za-z])/.exec(locale);
  const tag = language?.slice(1).filter(Boolean).join('-') ?? 'und';
  return `provider = icu, locale = '${tag}'`;
}
