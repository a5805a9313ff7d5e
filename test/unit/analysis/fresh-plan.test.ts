import assert from 'node:assert/strict';
import { PlanningDesk } from '../../../src/analysis/planning';
import type { Target } from '../../../src/database/planner';
import type { Statement } from '../../../src/nouns/statement';
import { parsePlan } from '../../../src/plan/parse-plan';

const plan = parsePlan(
  [{ Plan: { 'Node Type': 'Result', 'Startup Cost': 0, 'Total Cost': 1, 'Plan Rows': 1, 'Plan Width': 4 } }],
  'analyze',
);

/** A target that counts how often it is asked. */
function countingTarget() {
  const asked: string[] = [];
  const target = {
    kind: 'server',
    label: 'blog@localhost',
    generation: 1,
    explain: async ({ mode }: { mode: string }) => {
      asked.push(mode);
      return { plan, notices: [] };
    },
    snapshot: async () => ({ tables: [] }),
  } as unknown as Target;
  return { target, asked };
}

const statement = { text: 'SELECT 1', relations: [] } as unknown as Statement;

describe('a plan that is known', () => {
  it('is not asked for a second time', async () => {
    const desk = new PlanningDesk(undefined);
    const { target, asked } = countingTarget();
    await desk.plan(statement, [], { target, mode: 'analyze' });
    await desk.plan(statement, [], { target, mode: 'analyze' });
    assert.deepEqual(asked, ['analyze']);
  });

  it('is asked for again by a person who wants another run', async () => {
    const desk = new PlanningDesk(undefined);
    const { target, asked } = countingTarget();
    await desk.plan(statement, [], { target, mode: 'analyze' });
    await desk.plan(statement, [], { target, mode: 'analyze', fresh: true });
    assert.deepEqual(asked, ['analyze', 'analyze']);
  });
});
