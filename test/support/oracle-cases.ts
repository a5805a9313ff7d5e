import type { OrmCall } from '../../src/code/orms/orm';
import { ormCalls } from './orm-calls';
import { recordedSql } from './recorded-sql';
import { rowCalls } from './row-calls';
import type { OracleCase } from './same-sql';

/** Every case of an application that a script records: a function with its calls, or one that touches a row's relation. */
export async function oracleCases(folder: string, library: string, ...args: string[]): Promise<OracleCase[]> {
  const recorded = await recordedSql(folder, 'record.ts', ...args);
  const found = await ormCalls(folder);
  const ofRows = rowCalls(found, library);
  return Object.entries(recorded).map(([name, real]) => {
    const calls = found.in(name).map(({ variants }) => variants);
    const all = calls.length > 0 ? calls : [ofRows.get(name) ?? []];
    return { name, real, ours: all.map(statementsOf).reduce(sequences) };
  });
}

function statementsOf(variants: readonly OrmCall[]): string[][] {
  return variants.map(({ statements }) => statements.map(({ sql }) => sql));
}

/** What two calls send one after the other, for each way of combining their variants. */
function sequences(first: readonly string[][], second: readonly string[][]): string[][] {
  return first.flatMap((before) => second.map((after) => [...before, ...after]));
}
