import type { IndexFix } from '../../nouns/fix';
import type { IndexAdvice } from '../facts';

/**
 * Each index once: PostgreSQL counts the queries of foreign keys like those of programs, so that the advisor may propose the same
 * index for both. One that is longer than the key serves the key, too, and stays with the queries.
 */
export function dividedAdvice({ missing, foreignKeys = [] }: IndexAdvice): {
  readonly missing: readonly IndexFix[];
  readonly foreignKeys: readonly IndexFix[];
} {
  return {
    missing: missing.filter((fix) => !foreignKeys.some((key) => serves(fix, key) && serves(key, fix))),
    foreignKeys: foreignKeys.filter((key) => !missing.some((fix) => serves(fix, key) && !serves(key, fix))),
  };
}

/** Whether the one begins with the columns of the other. */
function serves({ index: one }: IndexFix, { index: other }: IndexFix): boolean {
  const isSameTable = one.schema === other.schema && one.table === other.table;
  return isSameTable && other.columns.every(({ name }, at) => one.columns[at]?.name === name);
}
