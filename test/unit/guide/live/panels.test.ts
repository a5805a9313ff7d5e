import assert from 'node:assert/strict';
import type { StatementStatistic } from '../../../../src/database/health/health';
import { activityPanels } from '../../../../src/guide/live/activity-panels';
import { healthPanels } from '../../../../src/guide/live/health-panels';
import type { LivePanel } from '../../../../src/nouns/live';
import { activityOf, connectionsOf, healthOf, known, statisticOf, tableOf } from '../../../support/guide-facts';

const named = (panels: readonly LivePanel[], id: string): LivePanel => {
  const found = panels.find((panel) => panel.id === id);
  assert.ok(found, id);
  return found;
};

function statement(queryId: string, calls: number, totalMs: number, text?: string): StatementStatistic {
  const { text: _, ...statistic } = statisticOf({ queryId, calls, totalMs, meanMs: calls > 0 ? totalMs / calls : 0 });
  return { ...statistic, ...(text !== undefined && { text }) };
}

const counting = (since: string, ...statements: StatementStatistic[]) =>
  healthOf({
    statements: known({
      since,
      tracksIoTiming: false,
      statements,
      totalMs: statements.reduce((sum, { totalMs }) => sum + totalMs, 0),
      totalCalls: 0,
    }),
  });

describe('the panels of a server', () => {
  it('say so where there is nothing', () => {
    const panels = [...activityPanels(activityOf(), 0), ...healthPanels(healthOf(), 0)];
    assert.deepEqual(named(panels, 'blocked').notes, ['Nobody waits for a lock.']);
    assert.deepEqual(named(panels, 'tasks').notes, ['No VACUUM, ANALYZE, index build, copy or backup is running.']);
    assert.deepEqual(named(panels, 'sizes').notes, ['This database has no tables.']);
    assert.deepEqual(named(panels, 'slow-statements').notes, ['pg_stat_statements is not installed.']);
    assert.doesNotMatch(JSON.stringify(panels), /NaN|undefined/);
  });

  it('say what is hidden in them', () => {
    const partly = 'Statements of others are hidden: GRANT pg_monitor TO blog shows them.';
    const panels = activityPanels(activityOf({ connections: { value: connectionsOf(), partly } }), 0);
    assert.ok(named(panels, 'sessions').notes.includes(partly));
  });

  it('list the largest twenty of 20,000 tables and say how many more there are', () => {
    const tables = Array.from({ length: 20_000 }, (_, n) => tableOf(`t${n}`, { heapBytes: n * 8192 }));
    const [list] = named(healthPanels(healthOf({ tables: known(tables) }), 0), 'sizes').tables ?? [];
    assert.equal(list?.rows.length, 20);
    assert.equal(list?.rows[0]?.[0], 't19999');
    assert.equal(list?.more, 19_980);
  });

  it('quote names that need it, and divide nothing by zero', () => {
    const tables = [tableOf('Odd "name"', { schema: 'my schema', deadRows: 3, liveRows: 0, rows: -1 })];
    const panels = healthPanels(healthOf({ tables: known(tables) }), 0);
    assert.deepEqual(named(panels, 'dead').tables?.[0]?.rows, [
      ['"my schema"."Odd ""name"""', '3', '100 %', 'never', 'never'],
    ]);
    assert.equal(named(panels, 'sizes').tables?.[0]?.rows[0]?.at(-1), 'not analysed');
  });

  it('count a table once that lies in its partitions', () => {
    const tables = [tableOf('p', { kind: 'partitioned table' }), tableOf('p1', { kind: 'partition' })];
    const [list] = named(healthPanels(healthOf({ tables: known(tables) }), 0), 'sizes').tables ?? [];
    assert.deepEqual(
      list?.rows.map(([name]) => name),
      ['p1'],
    );
  });

  it('list the statements that took most time, their values left out', () => {
    const health = counting(
      'monday',
      statement('1', 10, 100, 'SELECT 1'),
      statement('2', 1, 300),
      statement('3', 0, 0),
    );
    const [list] = named(healthPanels(health, 0), 'slow-statements').tables ?? [];
    assert.deepEqual(
      list?.rows.map(([text, share]) => [text, share]),
      [
        ['(hidden)', '75 %'],
        ['SELECT …', '25 %'],
        ['(hidden)', '0 %'],
      ],
    );
  });

  it('list what ran since the reading before', () => {
    const before = { ...counting('monday', statement('1', 10, 100, 'SELECT $1'), statement('2', 5, 50)) };
    const now = {
      ...counting('monday', statement('1', 12, 180, 'SELECT $1'), statement('2', 5, 50), statement('3', 9, 9)),
    };
    const lists = named(healthPanels({ ...now, readAt: '2026-01-01T12:01:00Z' }, 0, before), 'slow-statements').tables;
    assert.equal(lists?.[0]?.title, 'In the last 1 min 0 s');
    assert.deepEqual(lists?.[0]?.rows, [['SELECT $1', '80 ms', '2', '40 ms']]);
  });

  it('list nothing as run since then where the statistics were reset in between', () => {
    const before = counting('monday', statement('1', 1, 10, 'SELECT $1'));
    const now = counting('tuesday', statement('1', 5, 50, 'SELECT $1'));
    assert.equal(named(healthPanels(now, 0, before), 'slow-statements').tables?.length, 1);
  });
});
