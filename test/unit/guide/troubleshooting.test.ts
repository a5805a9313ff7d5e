import assert from 'node:assert/strict';
import { checks } from '../../../src/guide/checks';
import { diagnoses } from '../../../src/guide/troubleshooting/diagnoses';
import { highCpu } from '../../../src/guide/troubleshooting/high-cpu';
import { poolExhausted } from '../../../src/guide/troubleshooting/pool-exhausted';
import type { CheckResult, CheckState } from '../../../src/nouns/check';

const resultsOf = (states: Readonly<Record<string, CheckState | CheckResult>>): Map<string, CheckResult> =>
  new Map(
    Object.entries(states).map(([id, state]) => [
      id,
      typeof state === 'string' ? { state, says: `${id} is ${state}.` } : state,
    ]),
  );

describe('a diagnosis', () => {
  it('asks three to six checks, each of the checklist', () => {
    for (const { id, checks: asked } of diagnoses) {
      assert.ok(asked.length >= 3 && asked.length <= 6, id);
      for (const check of asked) assert.ok(checks.includes(check), `${id} asks ${check.id}`);
    }
  });

  it('names causes before what only shows the trouble, and what fails now before the others', () => {
    const { says, causes } = highCpu.conclude(
      resultsOf({
        'bottleneck/resource': 'failed',
        'slow-queries/top-statements': 'attention',
        'slow-queries/table-scans': 'failed',
        'maintenance/statistics': 'passed',
      }),
    );
    assert.deepEqual(
      causes.map(({ check }) => check),
      ['slow-queries/table-scans', 'slow-queries/top-statements', 'bottleneck/resource'],
    );
    assert.equal(says, 'The likeliest cause: slow-queries/table-scans is failed.');
    assert.match(causes[0]?.advice ?? '', /missing index/);
  });

  it('brings the fixes of the checks along', () => {
    const fix = { kind: 'statement', title: 'ANALYZE', sql: 'ANALYZE posts' } as const;
    const { causes } = highCpu.conclude(
      resultsOf({ 'maintenance/statistics': { state: 'attention', says: 'Old.', fixes: [fix] } }),
    );
    assert.deepEqual(causes[0]?.fixes, [fix]);
  });

  it('says when nothing explains it, and when not all could be seen', () => {
    const passed = resultsOf({ 'bottleneck/resource': 'passed', 'slow-queries/top-statements': 'passed' });
    assert.match(highCpu.conclude(passed).says, /^Nothing that was asked explains it: /);
    const unseen = resultsOf({
      'bottleneck/resource': 'passed',
      'slow-queries/top-statements': { state: 'unknown', says: '?', missing: ['pg_stat_statements is not installed.'] },
    });
    const { says, missing } = highCpu.conclude(unseen);
    assert.equal(says, 'What could be seen does not explain it.');
    assert.deepEqual(missing, ['pg_stat_statements is not installed.']);
  });
});

describe('an exhausted pool', () => {
  const full: CheckResult = { state: 'unknown', says: '?', missing: ['blog@db has no free connection.'] };

  it('is explained by the code where the server has no connection left for us', () => {
    const { says, missing } = poolExhausted.conclude(
      resultsOf({ 'bottleneck/connections': full, 'connection-pool/leaks': 'attention' }),
    );
    assert.equal(
      says,
      'The server could not be asked. By the code, the likeliest cause: connection-pool/leaks is attention.',
    );
    assert.equal(missing[0], 'blog@db has no free connection.');
    assert.match(missing[1] ?? '', /a superuser may still use the reserved ones. Choose such a connection yourself/);
  });

  it('has its cause in the sessions that hold connections rather than in their number', () => {
    const { causes } = poolExhausted.conclude(
      resultsOf({ 'bottleneck/connections': 'failed', 'connection-pool/idle-in-transaction': 'attention' }),
    );
    assert.deepEqual(
      causes.map(({ check }) => check),
      ['connection-pool/idle-in-transaction', 'bottleneck/connections'],
    );
  });
});
