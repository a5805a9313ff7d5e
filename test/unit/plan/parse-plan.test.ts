import assert from 'node:assert/strict';
import { Problem } from '../../../src/nouns/problem';
import { parsePlan } from '../../../src/plan/parse-plan';
import { planNodes } from '../../../src/plan/walk-plan';
import { planFixture, planJson, widePlanJson } from '../../support/plan-fixtures';

const measured = [
  'seq-scan-high-filter',
  'initplan-subplan-cte',
  'cte-read-twice',
  'memoize',
  'nested-loop-many',
  'partitioned-append',
  'parallel-seq-scan',
  'write-with-trigger',
];

describe('parsePlan', () => {
  it('numbers the nodes in pre-order', () => {
    const nodes = planNodes(planFixture('initplan-subplan-cte').root);
    assert.deepEqual(
      nodes.map((node) => node.id),
      nodes.map((_, i) => i),
    );
    assert.equal(nodes[0]?.type, 'Limit');
    assert.equal(nodes[1]?.properties['Subplan Name'], 'CTE recent');
  });

  it('reads relation, condition, removed rows and run of a scan', () => {
    const [, , scan] = planNodes(planFixture('seq-scan-high-filter').root);
    assert.equal(scan?.type, 'Seq Scan');
    assert.deepEqual(scan?.relation, { schema: undefined, name: 'posts', alias: 'posts' });
    assert.deepEqual(scan?.conditions, { Filter: '(author_id = 17000)' });
    assert.equal(scan?.rowsRemoved, 199_996);
    assert.equal(scan?.actual?.rows, 4);
    assert.equal('Plan Rows' in (scan?.properties ?? {}), false);
  });

  it('multiplies rows and times of an inner side by its loops', () => {
    const inner = planNodes(planFixture('nested-loop-many').root).find((node) => node.relation?.name === 'users');
    assert.equal(inner?.actual?.loops, 1100);
    assert.equal(inner?.actual?.rows, 22_000_000);
  });

  it('divides the time that workers shared by the processes, and keeps their rows', () => {
    const nodes = planNodes(planFixture('parallel-seq-scan').root);
    const gather = nodes.find((node) => node.type === 'Gather Merge');
    const scan = nodes.find((node) => node.type === 'Seq Scan');
    assert.equal(scan?.actual?.loops, 3);
    assert.ok((scan?.actual?.totalMs ?? Number.NaN) <= (gather?.actual?.totalMs ?? 0));
    assert.ok(Math.abs((scan?.actual?.rows ?? 0) + (scan?.rowsRemoved ?? 0) - 200_000) <= 3);
  });

  for (const name of measured) {
    it(`counts no time of ${name} twice: the nodes' own times add up to the root's`, () => {
      const { root } = planFixture(name);
      const own = planNodes(root).map((node) => node.actual?.selfMs ?? 0);
      assert.ok(own.every((ms) => ms >= 0));
      const sum = own.reduce((a, b) => a + b, 0);
      const total = root.actual?.totalMs ?? 0;
      assert.ok(Math.abs(sum - total) <= total * 0.01 + 0.01, `${sum} against ${total}`);
    });
  }

  it('takes the time of a CTE from the scan that reads it, not from the node above', () => {
    const nodes = planNodes(planFixture('cte-read-twice').root);
    const cte = nodes.find((node) => node.properties['Subplan Name'] === 'CTE busy');
    const [first] = nodes.filter((node) => node.type === 'CTE Scan');
    assert.ok((first?.actual?.totalMs ?? 0) >= (cte?.actual?.totalMs ?? Number.NaN));
    assert.ok((first?.actual?.selfMs ?? Number.NaN) < (cte?.actual?.totalMs ?? 0) / 5);
  });

  it('says of a node that never ran that it made no loop', () => {
    const posts = planNodes(planFixture('never-executed').root).find((node) => node.relation?.name === 'posts');
    assert.deepEqual(posts?.actual, { rows: 0, loops: 0, totalMs: 0, selfMs: 0 });
  });

  it('has no run for an estimate', () => {
    const plan = planFixture('seq-scan-estimate');
    assert.equal(plan.root.actual, undefined);
    assert.equal(plan.executionMs, undefined);
    assert.equal(plan.source, 'estimate');
  });

  it('reads settings and times', () => {
    const plan = planFixture('sort-spill');
    assert.equal(plan.settings.work_mem, '1MB');
    assert.ok((plan.executionMs ?? 0) > 0 && (plan.planningMs ?? 0) > 0);
  });

  it('keeps a node type that it does not know, with its properties', () => {
    const plan = parsePlan([{ Plan: { 'Node Type': 'Quantum Scan', Qubits: 7, 'Total Cost': 3 } }], 'estimate');
    assert.equal(plan.root.type, 'Quantum Scan');
    assert.equal(plan.root.properties.Qubits, 7);
    assert.equal(plan.root.totalCost, 3);
  });

  it('takes missing and senseless numbers for 0', () => {
    const { root } = parsePlan(
      [{ Plan: { 'Node Type': 'Result', 'Total Cost': 'a lot', 'Actual Loops': 2 } }],
      'analyze',
    );
    assert.equal(root.totalCost, 0);
    assert.equal(root.planRows, 0);
    assert.deepEqual(root.actual, { rows: 0, loops: 2, totalMs: 0, selfMs: 0 });
  });

  it('leaves out children that are not nodes', () => {
    const { root } = parsePlan(
      [{ Plan: { 'Node Type': 'Append', Plans: [null, 'x', 3, { 'Node Type': 'Result' }] } }],
      'estimate',
    );
    assert.deepEqual(
      root.children.map((child) => child.type),
      ['Result'],
    );
  });

  describe('accepts the same plan', () => {
    const json = planJson('primary-key') as [{ Plan: unknown }];
    const pretty = JSON.stringify(json, null, 2);
    const forms: Record<string, unknown> = {
      'as the object inside the array': json[0],
      'as text': pretty,
      'as rows of the driver': [{ 'QUERY PLAN': json }],
      'as rows of the driver with text': [{ 'QUERY PLAN': pretty }],
      'as one row for each line': pretty.split('\n').map((line) => ({ 'QUERY PLAN': line })),
      'as a result of the driver': { rows: [{ 'QUERY PLAN': json }] },
      "as psql's table": ` QUERY PLAN\n------------\n${pretty.replaceAll('\n', ' +\n')}\n(1 row)\n`,
    };
    for (const [form, value] of Object.entries(forms)) {
      it(form, () => assert.equal(parsePlan(value, 'analyze').root.index, 'users_pkey'));
    }
  });

  const garbage = [
    undefined,
    null,
    7,
    '',
    'hello',
    '{"Plan"',
    [],
    {},
    [{}],
    { Plan: null },
    { Plan: { 'Node Type': 5 } },
    [[[[]]]],
  ];
  for (const value of garbage) {
    it(`does not understand ${JSON.stringify(value)}`, () => {
      assert.throws(
        () => parsePlan(value, 'estimate'),
        (error) => error instanceof Problem && error.kind === 'not-understood',
      );
    });
  }

  it('reads 2,000 nodes', () => {
    assert.equal(planNodes(parsePlan(widePlanJson(2000), 'analyze').root).length, 2000);
  });

  it('reads 20,000 levels without running out of stack', () => {
    let node: Record<string, unknown> = { 'Node Type': 'Result' };
    for (let i = 1; i < 20_000; i++) node = { 'Node Type': 'Subquery Scan', Plans: [node] };
    assert.equal(planNodes(parsePlan([{ Plan: node }], 'estimate').root).length, 20_000);
  });
});
