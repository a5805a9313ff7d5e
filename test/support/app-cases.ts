import { join } from 'node:path';
import { type CallInFunction, ormCalls } from './orm-calls';
import type { OracleCase } from './same-sql';

interface Sent {
  readonly sql: string;
}

const applications = join(import.meta.dirname, '../orms/apps');

/**
 * Runs the `cases` of an application (function → a run of it; `find#2` is another run of `find`), keeps what its `recorder`
 * saw, and reads the same files: what its calls send, for each way of combining their variants.
 */
export async function appCases(library: string): Promise<OracleCase[]> {
  const { cases } = (await import(join(applications, library, 'cases'))) as {
    readonly cases: Readonly<Record<string, () => unknown>>;
  };
  const { sent } = (await import(join(applications, library, 'recorder'))) as { readonly sent: Sent[] };
  const found = await ormCalls(join(applications, library));
  const all: OracleCase[] = [];
  for (const [name, run] of Object.entries(cases)) {
    sent.length = 0;
    await run();
    const real = sent.map(({ sql }) => sql);
    all.push({ name, real, ours: combinations(found.in(name.replace(/#.*/, ''))) });
  }
  return all;
}

function combinations(calls: readonly CallInFunction[]): string[][] {
  const sent = calls.map((call) => call.sent.map((statements) => statements.map(({ sql }) => sql)));
  if (sent.length === 0) return [];
  return sent.reduce<string[][]>(
    (all, variants) => all.flatMap((before) => variants.map((variant) => [...before, ...variant])),
    [[]],
  );
}
