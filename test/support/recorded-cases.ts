import { join } from 'node:path';
import type { CallInFunction } from './orm-calls';
import { ormCalls } from './orm-calls';
import type { OracleCase } from './same-sql';

interface Recorder {
  sentBy(run: () => unknown): Promise<readonly { readonly sql: string }[]>;
}

interface Application {
  readonly cases: Readonly<Record<string, () => unknown>>;
}

const applications = join(import.meta.dirname, '../orms/apps');

/** Runs an application that sends through knex and reads it: a case is named by its function, `list: with a tag`. */
export async function recordedCases(library: string): Promise<OracleCase[]> {
  const { sentBy } = (await import(join(applications, 'support/recorded-knex'))) as Recorder;
  const { cases } = (await import(join(applications, library, 'cases'))) as Application;
  const found = await ormCalls(join(applications, library, 'src'));
  const all: OracleCase[] = [];
  for (const [name, run] of Object.entries(cases)) {
    const real = (await sentBy(run)).map(({ sql }) => sql);
    all.push({ name, real, ours: combinations(found.in(name.replace(/:.*/, ''))) });
  }
  return all;
}

/** What a function's calls send one after another, for each way of combining their variants. */
function combinations(calls: readonly CallInFunction[]): string[][] {
  const sent = calls.map((call) => call.sent.map((statements) => statements.map(({ sql }) => sql)));
  if (sent.length === 0) return [];
  return sent.reduce<string[][]>(
    (all, variants) => all.flatMap((before) => variants.map((variant) => [...before, ...variant])),
    [[]],
  );
}
