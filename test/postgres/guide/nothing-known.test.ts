import assert from 'node:assert/strict';
import { panelsOf } from '../../../src/analysis/health-report/health-report';
import type { WhatIfPlanner } from '../../../src/database/what-if/planner';
import { checks } from '../../../src/guide/checks';
import { chartsOf, valuesOf } from '../../../src/guide/live/charts';
import { runGuide } from '../../support/guide-run';
import { flushStatistics, healthServer, oldestAndNewest } from '../../support/health';
import { createDatabase, type TestDatabase } from '../../support/postgres-server';
import { startWhatIf } from '../../support/what-if';

for (const major of oldestAndNewest()) {
  describe(`a database of which nothing is known, on PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    let database: TestDatabase;
    let whatIf: WhatIfPlanner;
    const plain = `plain_${major}`;

    before(async () => {
      whatIf = await startWhatIf();
      database = await createDatabase(
        await healthServer(major),
        `CREATE EXTENSION pg_stat_statements; CREATE ROLE ${plain} LOGIN;
         CREATE TABLE empty (id int PRIMARY KEY, note text); CREATE INDEX empty_note ON empty (note);
         CREATE TABLE parts (id int) PARTITION BY RANGE (id); CREATE MATERIALIZED VIEW view AS SELECT 1 AS one WITH NO DATA;
         CREATE TABLE "never analysed" (id int); INSERT INTO "never analysed" SELECT generate_series(1, 1000);`,
      );
    });
    after(async () => {
      await whatIf?.dispose();
      await database?.admin.query(`DROP ROLE ${plain}`);
      await database?.drop();
    });

    const reset = async () => {
      await flushStatistics(database.admin);
      await database.admin.query('SELECT pg_stat_reset(), pg_stat_statements_reset()');
    };

    for (const user of ['postgres', plain]) {
      it(`is judged without a number that cannot be, as ${user}, with statistics that are reset in the middle`, async () => {
        await reset();
        const { facts, results } = await runGuide(checks, database.gateOptions({ user }), { whatIf, between: reset });
        const { health, earlier } = facts;
        assert.ok(health && earlier);
        const step = { before: earlier, now: health.activity, health, earlierHealth: health };
        const told = [...results].map(([id, result]) => `${id} ${JSON.stringify(result)}`);
        told.push(JSON.stringify(panelsOf(health)), JSON.stringify(chartsOf(health.activity, health)));
        for (const one of told) {
          assert.doesNotMatch(
            one,
            /NaN|Infinity|undefined|defect|[ "(]-\d[\d.,]* ?(?:ms|s|min|h|days|[kMG]?B|%|rows)\b/,
          );
        }
        for (const [key, value] of Object.entries(valuesOf(step))) assert.ok(value >= 0, `${key} is ${value}`);
        for (const [id, { state, missing = [] }] of results) {
          if (state === 'unknown') assert.ok(missing.length > 0, `${id} does not say what is missing`);
        }
      });
    }
  });
}
