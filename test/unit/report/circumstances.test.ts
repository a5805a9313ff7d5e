import assert from 'node:assert/strict';
import type { Json } from '../../../src/nouns/finding';
import { textReport } from '../../../src/report/text-report';

describe('the text report of a finding', () => {
  function lines(evidence: Record<string, Json>): string[] {
    const place = { file: 'a.sql', line: 3, column: 1, endLine: 3, endColumn: 9 };
    const finding = { ...place, rule: 'missing-index', message: 'Reads all.', evidence, fixes: [] };
    const findings = [{ ...finding, severity: 'warning' as const, confidence: 'proved' as const }];
    return textReport({ files: 1, queries: [], findings }).split('\n').slice(0, 3);
  }

  it('says how long a run took, and with which values', () => {
    assert.deepEqual(lines({ ms: 65.2, values: ['author_id = 17 (most common value)'] }), [
      'a.sql:3:1  warning  missing-index (proved)',
      '  Reads all.',
      '  Took 65.2 ms with author_id = 17 (most common value).',
    ]);
  });

  it('says with which values it was planned', () => {
    assert.equal(lines({ values: ['LIMIT 10 (assumed)'] })[2], '  Planned with LIMIT 10 (assumed).');
  });

  it('says nothing of a plan without values', () => assert.equal(lines({})[2], ''));
});
