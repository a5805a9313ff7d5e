import assert from 'node:assert/strict';
import pg from 'pg';
import { startSampleDatabase, testAmounts } from '../../scripts/lib/sample.mjs';
import { Analyzer } from '../../src/analysis/analyzer';
import type { Judgement } from '../../src/analysis/judgement';
import type { Server } from '../../src/database/server';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';
import { type RealIndex, reallyCreate } from '../support/real-indexes';
import { sampleDocuments } from '../support/sample-documents';
import { serverAt } from '../support/server-at';
import { startWhatIf } from '../support/what-if';

describe('the indexes that are proposed for the sample, really created', function () {
  this.timeout(180_000);
  let sample: { url: string; stop(): Promise<void> };
  let client: pg.Client;
  let server: Server;
  let whatIf: WhatIfPlanner;
  const judgements: { where: string; judgement: Judgement }[] = [];
  const created: RealIndex[] = [];

  before(async () => {
    // Another database shows the figures of larger amounts.
    const url = process.env.PLANLIGHT_ADVICE_DATABASE_URL;
    sample = url ? { url, stop: async () => undefined } : await startSampleDatabase(testAmounts, { keep: false });
    client = new pg.Client({ connectionString: sample.url });
    await client.connect();
    whatIf = await startWhatIf();
    server = await serverAt(sample.url);
    const analyzer = await Analyzer.load({
      grammarFolder: 'node_modules/@vscode/tree-sitter-wasm/wasm',
      folders: [],
      whatIf,
    });
    for (const document of await sampleDocuments(['src', 'reports'])) {
      for (const query of analyzer.read(document).queries) {
        const judgement = await analyzer.judge(query, { target: server, mode: 'estimate' });
        judgements.push({ where: document.uri, judgement });
      }
    }
    const snapshot = await server.snapshot();
    for (const { where, judgement } of judgements) {
      created.push(...(await reallyCreate(client, judgement, snapshot, where)));
    }
    if (url) for (const one of created) console.log(JSON.stringify(one));
  });
  after(async () => {
    await server?.dispose();
    await whatIf?.dispose();
    await client?.end();
    await sample?.stop();
  });

  it('are a dozen', () => {
    assert.ok(created.length >= 12, `only ${created.length}`);
  });

  it('are used by the server, with parallel workers too', () => {
    const unused = created.filter(({ isUsed, isUsedInParallel }) => !isUsed || !isUsedInParallel);
    assert.deepEqual(unused, []);
  });

  it('cost what the proof says, within a tenth', () => {
    const wrong = created.filter(
      ({ predicted, real }) => apart(predicted.before, real.before) > 0.1 || apart(predicted.after, real.after) > 0.1,
    );
    assert.deepEqual(wrong, []);
  });

  it('make no choice of values dearer by more than a hundredth', () => {
    assert.deepEqual(
      created.filter(({ slowdowns }) => slowdowns.some((slowdown) => slowdown > 1.01)),
      [],
    );
  });

  it('have names of their own in each query, and come with the one that saves most first', () => {
    for (const { where, judgement } of judgements) {
      const fixes = judgement.findings.flatMap((finding) => finding.fixes.filter((fix) => fix.kind === 'index'));
      const names = fixes.map((fix) => fix.index.name);
      assert.equal(new Set(names).size, names.length, `${where}: ${names}`);
      const saved = fixes.map(({ proof }) => proof.costBefore - proof.costAfter);
      assert.deepEqual(
        saved,
        [...saved].sort((a, b) => b - a),
        where,
      );
    }
  });
});

const apart = (one: number, other: number): number => Math.abs(one / other - 1);
