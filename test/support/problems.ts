import assert from 'node:assert/strict';
import { Problem, type ProblemKind } from '../../src/nouns/problem';

/** The Problem that the promise rejects with; fails when it fulfils, or rejects with anything else. */
export async function problemOf(promise: Promise<unknown>, kind?: ProblemKind): Promise<Problem> {
  const error = await promise.then(
    (value) => assert.fail(`expected a problem, got ${JSON.stringify(value)?.slice(0, 200)}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Problem, `expected a Problem, got ${String(error)}`);
  if (kind !== undefined) assert.equal(error.kind, kind, error.message);
  return error;
}
