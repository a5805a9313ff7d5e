import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../../src/nouns/plan';
import { parsePlan } from '../../src/plan/parse-plan';

/** The JSON of test/fixtures/plans/<name>.json, which make-plans.mjs wrote by running EXPLAIN. */
export function planJson(name: string): unknown {
  return JSON.parse(readFileSync(join('test', 'fixtures', 'plans', `${name}.json`), 'utf8'));
}

export function planFixture(name: string): Plan {
  const json = planJson(name) as [{ 'Execution Time'?: number }];
  return parsePlan(json, json[0]['Execution Time'] === undefined ? 'estimate' : 'analyze');
}

/** The statement that the fixture's plan belongs to. */
export function planQuery(name: string): string {
  return (planJson(name) as [{ 'Query Text': string }])[0]['Query Text'];
}

/** An Append over `nodes - 1` partitions, as `EXPLAIN (ANALYZE, FORMAT JSON)` would print it. */
export function widePlanJson(nodes: number): unknown {
  const run = (rows: number, ms: number) => ({ 'Actual Rows': rows, 'Actual Loops': 1, 'Actual Total Time': ms });
  const scans = Array.from({ length: nodes - 1 }, (_, i) => ({
    'Node Type': 'Seq Scan',
    'Relation Name': `part_${i}`,
    Alias: `part_${i}`,
    'Total Cost': 1,
    'Plan Rows': 10,
    ...run(10, i === 777 ? 50 : 0.002),
  }));
  const root = { 'Node Type': 'Append', 'Total Cost': 22000, 'Plan Rows': 19990, ...run(19990, 60), Plans: scans };
  return [{ Plan: root, 'Execution Time': 61 }];
}
