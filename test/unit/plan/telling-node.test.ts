import assert from 'node:assert/strict';
import { describeNode } from '../../../src/plan/describe-node';
import { parsePlan } from '../../../src/plan/parse-plan';
import { scanOfTable, tellingNode } from '../../../src/plan/telling-node';

interface Drawn {
  readonly type: string;
  readonly table?: string;
  /** The planner's, with the children's. */
  readonly cost: number;
  /** Milliseconds with the children's. */
  readonly ms?: number;
  readonly more?: object;
  readonly below?: readonly Drawn[];
}

function plan(root: Drawn) {
  return parsePlan([{ Plan: json(root) }], root.ms === undefined ? 'estimate' : 'analyze');
}

function json({ type, table, cost, ms, more, below = [] }: Drawn): object {
  return {
    'Node Type': type,
    ...(table === undefined ? {} : { 'Relation Name': table, Alias: table }),
    'Startup Cost': 0,
    'Total Cost': cost,
    'Plan Rows': 1,
    'Plan Width': 8,
    ...(ms === undefined ? {} : { 'Actual Total Time': ms, 'Actual Rows': 1, 'Actual Loops': 1 }),
    ...more,
    Plans: below.map(json),
  };
}

describe('the node to name for a whole plan', () => {
  it('is the one that takes most', () => {
    const sorted = plan({
      type: 'Sort',
      cost: 900,
      below: [{ type: 'Seq Scan', table: 'posts', cost: 200 }],
    });
    assert.equal(describeNode(tellingNode(sorted)), 'Sort');
  });

  it('is the scan where a LIMIT only hands its rows on', () => {
    const limited = plan({
      type: 'Limit',
      cost: 0.4,
      ms: 0.02,
      below: [{ type: 'Seq Scan', table: 'posts', cost: 20, ms: 0.008 }],
    });
    assert.equal(describeNode(tellingNode(limited)), 'Seq Scan on posts');
  });

  it('is the heavier scan of two below a Gather', () => {
    const gathered = plan({
      type: 'Gather',
      cost: 9_000,
      below: [
        {
          type: 'Nested Loop',
          cost: 3_100,
          below: [
            { type: 'Seq Scan', table: 'posts', cost: 2_900 },
            { type: 'Index Scan', table: 'users', cost: 8, more: { 'Index Name': 'users_pkey' } },
          ],
        },
      ],
    });
    assert.equal(describeNode(tellingNode(gathered)), 'Seq Scan on posts');
  });

  it('is what the statement does where nothing is scanned', () => {
    const insert = plan({
      type: 'ModifyTable',
      table: 'posts',
      cost: 0.01,
      more: { Operation: 'Insert' },
      below: [{ type: 'Result', cost: 0.01 }],
    });
    assert.equal(describeNode(tellingNode(insert)), 'Insert on posts');
  });

  it('is the only node there is, whatever it is called', () => {
    assert.equal(describeNode(tellingNode(plan({ type: 'Result', cost: 0.01 }))), 'Result');
    assert.equal(describeNode(tellingNode(plan({ type: 'Quantum Scan', cost: 1 }))), 'Quantum Scan');
  });
});

describe('the scan of a table', () => {
  it('is found below whatever takes more', () => {
    const sorted = plan({
      type: 'Sort',
      cost: 900,
      below: [
        {
          type: 'Hash Join',
          cost: 500,
          below: [
            { type: 'Seq Scan', table: 'comments', cost: 300 },
            { type: 'Hash', cost: 100, below: [{ type: 'Seq Scan', table: 'posts', cost: 100 }] },
          ],
        },
      ],
    });
    const scan = scanOfTable(sorted, 'posts');
    assert.equal(scan && describeNode(scan), 'Seq Scan on posts');
    assert.equal(scanOfTable(sorted, 'users'), undefined);
  });
});
