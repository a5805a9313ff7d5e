import assert from 'node:assert/strict';
import { ormCalls } from './orm-calls';
import { recordedSql } from './recorded-sql';
import { rowCalls } from './row-calls';
import type { OracleCase } from './same-sql';

/** Every case of an application that a script records: a function with one call, or one that touches a row's relation. */
export async function oracleCases(folder: string, library: string, ...args: string[]): Promise<OracleCase[]> {
  const recorded = await recordedSql(folder, 'record.ts', ...args);
  const found = await ormCalls(folder);
  const ofRows = rowCalls(found, library);
  return Object.entries(recorded).map(([name, real]) => {
    const calls = found.in(name);
    assert.ok(calls.length <= 1, `${name} has ${calls.length} calls`);
    const variants = calls[0]?.variants ?? ofRows.get(name) ?? [];
    return { name, real, ours: variants.map(({ statements }) => statements.map(({ sql }) => sql)) };
  });
}
