import assert from 'node:assert/strict';
import { Analyzer } from '../../../src/analysis/analyzer';
import { statementCheck, statementOf } from '../../../src/analysis/guide/statement-advice';
import { Server } from '../../../src/database/server';
import type { WhatIfPlanner } from '../../../src/database/what-if/planner';
import type { GuideFacts } from '../../../src/guide/facts';
import { workloadOf } from '../../../src/guide/workload';
import { factsOf } from '../../support/guide-facts';
import { healthServer, oldestAndNewest } from '../../support/health';
import { createDatabase, type TestDatabase } from '../../support/postgres-server';
import { startWhatIf } from '../../support/what-if';

for (const major of oldestAndNewest()) {
  describe(`advice on one statement that the server counted, on PostgreSQL ${major}`, function () {
    this.timeout(120_000);
    let database: TestDatabase;
    let server: Server;
    let whatIf: WhatIfPlanner;
    let analyzer: Analyzer;

    before(async () => {
      whatIf = await startWhatIf();
      analyzer = await Analyzer.load({
        grammarFolder: 'node_modules/@vscode/tree-sitter-wasm/wasm',
        folders: [],
        whatIf,
      });
      await analyzer.prepare('sql');
      database = await createDatabase(
        await healthServer(major),
        `CREATE EXTENSION pg_stat_statements;
         CREATE TABLE "Order Items" (id int PRIMARY KEY, "Buyer" int NOT NULL, note text);
         INSERT INTO "Order Items" SELECT n, n % 2000, 'note ' || n FROM generate_series(1, 60000) n; ANALYZE`,
      );
      server = new Server(database.gateOptions());
    });
    after(async () => {
      await server?.dispose();
      await whatIf?.dispose();
      await database?.drop();
    });

    async function advised(part: string) {
      server.invalidate();
      const facts: GuideFacts = factsOf({ health: await server.health() });
      const row = workloadOf(facts.health, [])?.rows.find(({ statistic }) => statistic.text?.includes(part));
      assert.ok(row?.statistic.text);
      const [query] = analyzer.read({ uri: 'statement.sql', languageId: 'sql', text: row.statistic.text }).queries;
      assert.ok(query);
      const judgement = await analyzer.judge(query, { target: server, mode: 'estimate' });
      return { check: statementCheck(row, judgement), facts };
    }

    it('proposes the index that it lacks, with what the server counted; once it is there, nothing', async () => {
      for (let buyer = 0; buyer < 20; buyer++) {
        await database.admin.query('SELECT note FROM "Order Items" WHERE "Buyer" = $1', [buyer]);
      }
      const { check, facts } = await advised('WHERE "Buyer"');
      assert.ok(statementOf(check.id));
      const { state, says, evidence = [], fixes = [] } = check.judge(facts);
      assert.equal(state, 'attention');
      assert.match(says, /^20 calls, [\d.]+ m?s each, \d.* % of all time\. 1 index would help/);
      const labels = evidence.flatMap((one) => (one.kind === 'fact' ? [one.label] : []));
      assert.deepEqual(labels.slice(3, 6), ['Mean time', 'Standard deviation', 'Longest call']);
      const [index] = fixes;
      assert.ok(index?.kind === 'index');
      assert.match(index.concurrently, /ON (?:public\.)?"Order Items" \("Buyer"\)/);
      await server.createIndex(index, { onProgress: () => undefined });
      server.invalidate();
      const after = check.judge(factsOf({ health: await server.health() }));
      assert.deepEqual(after.fixes ?? [], []);
      const again = await advised('WHERE "Buyer"');
      assert.equal(again.check.judge(again.facts).state, 'passed');
    });

    it('says so where there is nothing to mend', async () => {
      for (let id = 0; id < 5; id++) await database.admin.query('SELECT note FROM "Order Items" WHERE id = $1', [id]);
      const { check, facts } = await advised('WHERE id');
      const { state, says } = check.judge(facts);
      assert.equal(state, 'passed', says);
      assert.match(says, /No index and no other way to write it makes its plan cheaper\.$/);
    });

    it('says why there is no plan for it', async () => {
      await database.admin.query('CREATE TABLE gone (id int); SELECT count(*) FROM gone WHERE id > 1; DROP TABLE gone');
      const { check, facts } = await advised('FROM gone');
      const { state, missing } = check.judge(facts);
      assert.equal(state, 'unknown');
      assert.match(missing?.join() ?? '', /Relation "gone" does not exist/);
    });
  });
}
