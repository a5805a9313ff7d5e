import assert from 'node:assert/strict';
import type { StatementStatistic } from '../../../src/database/health/health';
import { slowStatements } from '../../../src/guide/bottleneck/slow-statements';
import { factsOf, healthOf, known, statisticOf } from '../../support/guide-facts';

describe('statements that let people wait', () => {
  const judge = (...statements: readonly Partial<StatementStatistic>[]) => {
    const all = statements.map((one, i) => statisticOf({ queryId: String(i), ...one }));
    const statistics = known({ tracksIoTiming: true, statements: all, totalMs: 100_000, totalCalls: 100 });
    return slowStatements.judge(factsOf({ health: healthOf({ statements: statistics }) }));
  };

  it('are those of more than a second that are sent again and again', () => {
    const { state, says } = judge({ text: 'SELECT * FROM posts', calls: 40, meanMs: 2_340 }, { meanMs: 0.4 });
    assert.equal(state, 'attention');
    assert.equal(says, '1 statement takes more than 1 s each time; the slowest 2.3 s (40 calls): SELECT * FROM posts');
  });

  it('are not what runs now and then, and not what keeps the server', () => {
    const { state, says } = judge({ text: 'SELECT report', calls: 2, meanMs: 60_000 }, { meanMs: 0.4, calls: 100 });
    assert.deepEqual([state, says], ['passed', 'Only what is seldom asked takes more than 1 s: 1 min 0 s, 2 calls.']);
    assert.equal(judge({ text: 'VACUUM posts', calls: 40, meanMs: 60_000 }).says, 'No statement was counted yet.');
  });

  it('are none where all are fast', () => {
    const { state, says } = judge({ calls: 100, meanMs: 0.4 });
    assert.deepEqual([state, says], ['passed', 'The slowest statement takes 0.4 ms on average.']);
  });

  it('are not known to be none where others’ statements, which take the time, are hidden', () => {
    const hidden = (hiddenMs: number) => {
      const statements = [statisticOf({ calls: 100, meanMs: 0.4 })];
      const statistics = { tracksIoTiming: true, statements, totalMs: 1_000, totalCalls: 200, hiddenMs };
      const sentence = 'The statements of other users are hidden: GRANT pg_monitor TO blog shows them.';
      const health = healthOf({ statements: { value: statistics, partly: sentence } });
      return slowStatements.judge(factsOf({ health }));
    };
    const { state, says, missing } = hidden(900);
    assert.equal(state, 'unknown');
    assert.match(says, /^blog may not see the statements that take 90 % of the time\. Of the others: The slowest/);
    assert.deepEqual(missing, ['The statements of other users are hidden: GRANT pg_monitor TO blog shows them.']);
    assert.equal(hidden(50).state, 'passed');
  });

  it('are not known to be none after a reset, when few calls are counted', () => {
    const statistics = { tracksIoTiming: true, statements: [statisticOf({ meanMs: 0.4 })], totalMs: 1, totalCalls: 3 };
    const { state, says } = slowStatements.judge(factsOf({ health: healthOf({ statements: known(statistics) }) }));
    assert.equal(state, 'unknown');
    assert.match(says, /^Only 3 calls were counted so far\. The slowest statement takes/);
  });

  it('are not known where nothing is counted', () => {
    const { state, missing } = slowStatements.judge(factsOf());
    assert.deepEqual([state, missing], ['unknown', ['pg_stat_statements is not installed.']]);
  });
});
