import assert from 'node:assert/strict';
import type { IndexDefinition, IndexFix } from '../../../src/nouns/fix';
import { parsePlan } from '../../../src/plan/parse-plan';
import { missingIndex } from '../../../src/rules/missing-index';
import type { PlanContext } from '../../../src/rules/rule';
import { unindexedForeignKey } from '../../../src/rules/unindexed-foreign-key';
import { SqlParser } from '../../../src/sql/parser';
import { indexFix, siteOf, snapshotOf, statementOf, tableOf } from '../../support/rule-contexts';

const plan = (root: Record<string, unknown>) => parsePlan([{ Plan: root }], 'estimate');
const scanOf = (relation: string, cost: number) =>
  plan({ 'Node Type': 'Seq Scan', 'Relation Name': relation, Alias: relation, 'Total Cost': cost, 'Plan Rows': 5 });
const dear = scanOf('events', 9_000);
const cheap = scanOf('events', 90);

describe('rules about proposed indexes', () => {
  let parser: SqlParser;
  before(async () => {
    parser = await SqlParser.load();
  });

  const contextFor = (sql: string, indexes: readonly IndexFix[], more: Partial<PlanContext> = {}): PlanContext => ({
    site: siteOf(sql),
    statement: statementOf(parser, sql),
    explained: { plan: dear, notices: [] },
    indexes,
    ...more,
  });

  it('name the method, the included columns and the predicate', () => {
    for (const [index, expected] of [
      [{ columns: [{ name: 'at' }], where: `state = 'new'` }, `an index on (at) WHERE state = 'new'`],
      [{ columns: [{ name: 'at' }], include: ['state'] }, 'an index on (at) INCLUDE (state)'],
      [{ columns: [{ name: 'lower(name)', isExpression: true }] }, 'an index on (lower(name))'],
      [{ columns: [{ name: 'url' }], method: 'hash' }, 'a hash index on (url)'],
      [{ columns: [{ name: 'at' }], method: 'brin' }, 'a BRIN index on (at)'],
      [{ columns: [{ name: 'during' }], method: 'gist' }, 'a GiST index on (during)'],
      [{ columns: [{ name: 'tags' }], method: 'gin' }, 'a GIN index on (tags)'],
    ] as const satisfies readonly (readonly [Partial<IndexDefinition>, string])[]) {
      const fix = indexFix({ table: 'events', ...index }, dear, cheap);
      const [finding, ...others] = missingIndex.check(contextFor('SELECT * FROM events WHERE at > 1', [fix]));
      assert.deepEqual(others, []);
      assert.ok(finding?.message.includes(`; ${expected} makes it 100 times cheaper`), finding?.message);
    }
  });

  it('find the scan of a partition for an index on the whole table', () => {
    const part = {
      ...tableOf('events_2024', 500, []),
      partitionOf: { schema: 'plan_fixtures', table: 'events', bound: 'DEFAULT' },
    };
    const nested = {
      ...tableOf('events_2024_05', 500, []),
      partitionOf: { schema: 'plan_fixtures', table: 'events_2024', bound: 'DEFAULT' },
    };
    const fix = indexFix({ schema: 'plan_fixtures', table: 'events' }, dear, cheap);
    const explained = { plan: scanOf('events_2024_05', 9_000), notices: [] };
    const snapshot = snapshotOf(tableOf('events', 1_000, []), part, nested);
    const sql = 'SELECT * FROM events WHERE at > 1';
    const [finding] = missingIndex.check(contextFor(sql, [fix], { explained, snapshot }));
    assert.equal(finding?.nodeId, 0);
    assert.match(finding?.message ?? '', /^Reads all 1,000 rows of events/);
  });

  it('tell of a foreign key also where the statement itself is cheap, and not as a missing index', () => {
    const check = {
      constraint: 'events_user_id_fkey',
      columns: ['user_id'],
      referenced: { schema: 'public', table: 'users' },
      event: 'delete',
      sql: 'SELECT 1 FROM ONLY public.events x WHERE $1 = user_id FOR KEY SHARE OF x',
    } as const;
    const fix = indexFix({ schema: 'plan_fixtures', table: 'events', columns: [{ name: 'user_id' }] }, dear, cheap, {
      foreignKey: check,
    });
    const context = contextFor('DELETE FROM users WHERE id = $1', [fix], {
      explained: { plan: scanOf('users', 8), notices: [] },
      snapshot: snapshotOf(tableOf('events', 400_000, [])),
    });
    assert.deepEqual(missingIndex.check(context), []);
    const [finding] = unindexedForeignKey.check(context);
    assert.equal(
      finding?.message,
      'Each deleted row of users reads all 400,000 rows of events for the foreign key events.user_id, which the plan does ' +
        'not show; an index on (user_id) makes that 100 times cheaper (cost 9,000 → 90).',
    );
    assert.equal(finding?.evidence.query, check.sql);
    assert.deepEqual(finding?.fixes, [fix]);
  });
});
