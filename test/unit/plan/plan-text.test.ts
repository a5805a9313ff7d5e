import assert from 'node:assert/strict';
import { parsePlan } from '../../../src/plan/parse-plan';
import { planText } from '../../../src/plan/plan-text';
import { planFixture, widePlanJson } from '../../support/plan-fixtures';

describe('planText', () => {
  it('draws an indented tree with aligned columns and marks the worst node', () => {
    assert.equal(
      planText(planFixture('seq-scan-high-filter'), { maxLines: 20 }).replace(/\d+(\.\d+)? ms/g, 'N ms'),
      [
        'Limit                  10 → 4 rows  N ms',
        '  Sort                 11 → 4 rows  N ms',
        '    Seq Scan on posts  11 → 4 rows  N ms  ← 100 % of the time',
      ].join('\n'),
    );
  });

  it('shows cost where nothing was measured', () => {
    assert.match(
      planText(planFixture('seq-scan-estimate'), { maxLines: 20 }),
      /Seq Scan on posts {2}11 rows {2}cost 8,383 {2}← 100 % of the cost$/,
    );
  });

  it('says of a node that never ran that it never ran', () => {
    assert.match(planText(planFixture('never-executed'), { maxLines: 20 }), /using posts_pkey on posts {2}never run$/m);
  });

  it('names the CTE or the InitPlan that a node computes', () => {
    assert.match(
      planText(planFixture('initplan-subplan-cte'), { maxLines: 20 }),
      /^ {2}CTE recent: Seq Scan on posts/m,
    );
  });

  it('says how often an inner side ran', () => {
    assert.match(planText(planFixture('memoize'), { maxLines: 20 }), /Memoize .* in 10,640 loops/);
  });

  for (const maxLines of [3, 4, 5, 9, 30]) {
    it(`cuts 2,000 nodes to ${maxLines} lines or fewer and keeps the worst one`, () => {
      const lines = planText(parsePlan(widePlanJson(2000), 'analyze'), { maxLines }).split('\n');
      assert.ok(lines.length <= Math.max(4, maxLines), `${lines.length} lines`);
      assert.equal(lines.filter((line) => line.includes('← ')).length, 1);
      assert.ok(lines.some((line) => line.includes('part_777 ')));
      const left = lines.flatMap((line) => /^… ([\d,]+) more nodes?$/.exec(line)?.[1]?.replace(',', '') ?? []);
      const shown = lines.length - left.length;
      assert.equal(shown + left.map(Number).reduce((a, b) => a + b, 0), 2000);
    });
  }

  it('draws a plan of 3,000 levels no wider than a screen', () => {
    let node: Record<string, unknown> = { 'Node Type': 'Result' };
    for (let i = 1; i < 3000; i++) node = { 'Node Type': 'Subquery Scan', Plans: [node] };
    const lines = planText(parsePlan([{ Plan: node }], 'estimate'), { maxLines: 3000 }).split('\n');
    assert.equal(lines.length, 3000);
    assert.ok(lines.every((line) => line.length < 150));
  });
});
