import type { StatementStatistic } from '../../database/health/health';
import { formatCount, formatMs } from '../../plan/format';
import { oneLine } from '../../plan/one-line';
import type { Check } from '../check';
import { table } from '../support/evidence';
import { missingOf, seen } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { unlessHidden } from '../support/statements';
import { percent } from '../support/wording';
import { withSettings } from './machine';
import { amountOf, manual, type Proposal, presentOf, proposalFixes, proposalTable } from './proposal';

/** Of the time of a statement: from there on compiling is what it does. A guess. */
const mostly = 0.25;
/** Of all time; less is not worth a setting. A guess. */
const worthIt = 0.01;
const source = `“For short queries the added overhead of performing JIT compilation will often be higher than the time it can save”: ${manual('jit-decision.html')}`;

/** Compiling expressions pays for long reports; for short queries that look dear to the planner it costs more than it saves. */
export const jit: Check = {
  id: 'resources/jit',
  point: 'resources',
  title: 'Compiling queries (JIT) pays',
  needs: ['health'],
  judge: (facts) =>
    withSettings(facts, (health) => {
      if (presentOf(health, 'jit') !== 'on') return notApplicable('jit is off.');
      const counted = seen(health.statements);
      if (!counted) return unknown('Whether statements are compiled is not counted.', missingOf(health.statements));
      const known = counted.statements.filter(({ jitMs }) => jitMs !== undefined);
      if (counted.statements.length > 0 && known.length === 0) {
        return unknown('Whether statements are compiled is not counted.', [
          'pg_stat_statements counts it since PostgreSQL 15 (and its version 1.10); before, EXPLAIN (ANALYZE) shows it.',
        ]);
      }
      const costly = known
        .filter(({ jitMs = 0, totalMs }) => jitMs >= totalMs * mostly && jitMs >= counted.totalMs * worthIt)
        .sort((a, b) => (b.jitMs ?? 0) - (a.jitMs ?? 0));
      const [first] = costly;
      if (!first) return unlessHidden(health, passed('Compiling takes little of the time of statements.'));
      const proposed: Proposal[] = [
        {
          name: 'jit_above_cost',
          to: Math.max(1_000_000, (amountOf(health, 'jit_above_cost') ?? 100_000) * 10),
          why: 'Only queries ten times as dear are compiled; jit = off where there are no long reports.',
          source,
        },
      ];
      return attention(
        `Compiling takes ${percent((first.jitMs ?? 0) / Math.max(first.totalMs, 0.001))} of the time of ${oneLine(first.text ?? 'a statement of another user', 80)}.`,
        {
          evidence: [costlyTable(costly), proposalTable(health, proposed)],
          fixes: proposalFixes(health, proposed),
        },
      );
    }),
};

const costlyTable = (costly: readonly StatementStatistic[]) =>
  table(
    'Statements that compile for long',
    ['Statement', '#Compiling', '#Total', '#Calls'],
    costly.map(({ text, jitMs = 0, totalMs, calls }) => [
      oneLine(text ?? 'a statement of another user', 100),
      formatMs(jitMs),
      formatMs(totalMs),
      formatCount(calls),
    ]),
  );
