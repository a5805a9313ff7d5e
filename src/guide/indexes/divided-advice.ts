import type { IndexFix } from '../../nouns/fix';
import type { IndexAdvice } from '../facts';

/**
 * Each index once. PostgreSQL may count the queries of foreign keys like those of programs (pg_stat_statements.track = all): an
 * index that only they miss stays with the keys, one that a program's query misses with the queries, and serves the key, too.
 */
export function dividedAdvice({ missing, foreignKeys = [] }: IndexAdvice): {
  readonly missing: readonly IndexFix[];
  readonly foreignKeys: readonly IndexFix[];
} {
  const ofQueries = missing.filter(
    (fix) => !(isOfForeignKey(fix) && foreignKeys.some((key) => serves(fix, key) && serves(key, fix))),
  );
  return {
    missing: ofQueries,
    foreignKeys: foreignKeys.filter((key) => !ofQueries.some((fix) => serves(fix, key))),
  };
}

/** What ri_triggers.c sends: `DELETE FROM ONLY comments WHERE $1 OPERATOR(pg_catalog.=) post_id`; nobody else writes so. */
const isOfForeignKey = ({ proof }: IndexFix): boolean =>
  /\bONLY\b.*\$\d+ (?:=|OPERATOR\(pg_catalog\.=\)) /s.test(proof.sql ?? '');

/** Whether the one begins with the columns of the other. */
function serves({ index: one }: IndexFix, { index: other }: IndexFix): boolean {
  const isSameTable = one.schema === other.schema && one.table === other.table;
  return isSameTable && other.columns.every(({ name }, at) => one.columns[at]?.name === name);
}
