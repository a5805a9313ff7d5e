import assert from 'node:assert/strict';
import type { SettingPlans } from '../../../../src/guide/facts';
import { plans } from '../../../../src/guide/resources/plans';
import { factsOf, healthOf, known, settingOf } from '../../../support/guide-facts';

describe('plans under the settings that are proposed', () => {
  const judge = (settingPlans: SettingPlans | undefined, cost = '4') => {
    const health = healthOf({ settings: known({ random_page_cost: settingOf(cost), shared_buffers: settingOf('0') }) });
    const server = { ...health.server, databaseBytes: 1_000_000 };
    return plans.judge(
      factsOf({
        health: { ...health, server },
        machine: { storage: 'ssd', source: 'the test' },
        missing: { plans: 'The database has more than 2000 tables.' },
        ...(settingPlans && { settingPlans }),
      }),
    );
  };
  const tried: SettingPlans = { settings: { random_page_cost: '1.1' }, planned: 2, isPartial: true, changes: [] };

  it('are listed with what changes, and how often the query is called', () => {
    const change = { sql: 'SELECT 1\nFROM a', calls: 1_200, change: 'a → b', costBefore: 10, costAfter: 4 };
    const { state, says, evidence, missing } = judge({ ...tried, changes: [change] });
    assert.equal(state, 'passed');
    assert.equal(says, 'With random_page_cost = 1.1 1 of 2 known queries would run another way.');
    const [table] = evidence ?? [];
    assert.ok(table?.kind === 'table');
    assert.deepEqual(table.rows, [['SELECT 1 FROM a', 'a → b', '10', '4', '1,200']]);
    assert.match(missing?.join(' ') ?? '', /time was over/);
  });

  it('are unknown where they were not asked for, and no question where nothing is proposed', () => {
    assert.deepEqual(judge(undefined).missing, ['The database has more than 2000 tables.']);
    assert.equal(judge(undefined).state, 'unknown');
    assert.equal(judge({ ...tried, planned: 0 }).state, 'unknown');
    assert.equal(judge(undefined, '1.1').state, 'not applicable');
  });
});
