import assert from 'node:assert/strict';
import { normalForm } from '../../src/sql/normal-form';
import type { SqlParser } from '../../src/sql/parser';

/** Of a statement that is known to parse. */
export function normalSql(parser: SqlParser, sql: string): string {
  const parsed = parser.parse(sql);
  if (!parsed.ok) throw new Error(`${parsed.problem.message} in: ${sql}`);
  return normalForm(parsed.statement);
}

/** One of our variants is, statement by statement and in order, what ran. */
export function isSameSql(
  parser: SqlParser,
  variants: readonly (readonly string[])[],
  real: readonly string[],
): boolean {
  const wanted = real.map((sql) => normalSql(parser, sql));
  return variants.some(
    (ours) => ours.length === wanted.length && ours.every((sql, i) => normalSql(parser, sql) === wanted[i]),
  );
}

export interface OracleCase {
  readonly name: string;
  /** What the library sent. */
  readonly real: readonly string[];
  /** What Planlight says, a list for each variant; empty: it found no call. */
  readonly ours: readonly (readonly string[])[];
}

export interface KnownDifference {
  readonly case: string;
  readonly reason: string;
}

/** At least 95 % of the cases are equal, there are enough of them, and those that differ are the known ones. */
export function assertSameSql(
  parser: SqlParser,
  cases: readonly OracleCase[],
  { atLeast, known }: { readonly atLeast: number; readonly known: readonly KnownDifference[] },
): void {
  assert.ok(cases.length >= atLeast, `${cases.length} cases, at least ${atLeast} are wanted`);
  const different = cases.filter(({ ours, real }) => !isSameSql(parser, ours, real));
  const unknown = different.filter(({ name }) => !known.some((each) => each.case === name));
  const list = unknown.map(
    ({ name, real, ours }) =>
      `${name}\n  ran:  ${real.join('\n        ')}\n  ours: ${ours.map((each) => each.join('\n        ')).join('\n    or: ') || 'nothing'}`,
  );
  assert.equal(unknown.length, 0, `${unknown.length} of ${cases.length} differ:\n${list.join('\n')}`);
  const gone = known.filter((each) => !different.some(({ name }) => name === each.case));
  assert.deepEqual(gone, [], 'these are equal now, or are no cases: take them off the list');
  assert.ok(different.length <= cases.length * 0.05, `${different.length} of ${cases.length} differ`);
}
