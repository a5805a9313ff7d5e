import { formatCost, formatCount, formatCounted } from '../../plan/format';
import { oneLine } from '../../plan/one-line';
import type { Check } from '../check';
import type { SettingPlans } from '../facts';
import { table } from '../support/evidence';
import { whyMissing, withHealth } from '../support/known';
import { notApplicable, passed, unknown } from '../support/results';
import { plannerSettings } from './planner-settings';

/** For information: which known queries run another way under the settings that are proposed. */
export const plans: Check = {
  id: 'resources/plans',
  point: 'resources',
  title: 'What proposed settings do to queries is known',
  needs: ['health', 'machine', 'code', 'plans'],
  judge: (facts) =>
    withHealth(facts, () => {
      if (Object.keys(plannerSettings(facts)).length === 0) {
        return notApplicable('No setting is proposed on which plans depend.');
      }
      const { settingPlans: tried } = facts;
      if (!tried) return unknown('Queries were not planned under what is proposed.', [whyMissing(facts, 'plans')]);
      const under = Object.entries(tried.settings)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', ');
      const missing = [
        'The planner in memory plans without parallel workers.',
        ...(tried.isPartial ? ['The time was over before all known queries were planned.'] : []),
      ];
      if (tried.planned === 0) return unknown(`No known query could be planned with ${under}.`, missing);
      const queries = formatCounted(tried.planned, 'known query', 'known queries');
      if (tried.changes.length === 0) return passed(`With ${under} none of ${queries} runs another way.`, { missing });
      return passed(`With ${under} ${formatCount(tried.changes.length)} of ${queries} would run another way.`, {
        evidence: [changed(tried)],
        missing,
      });
    }),
};

const changed = ({ changes }: SettingPlans) =>
  table(
    'Plans that change; costs are in the units of each setting, and say little beside each other',
    ['Query', 'Change', '#Cost now', '#Cost then', '#Calls'],
    changes.map(({ sql, change, costBefore, costAfter, calls }) => [
      oneLine(sql, 120),
      change,
      formatCost(costBefore),
      formatCost(costAfter),
      calls === undefined ? '' : formatCount(calls),
    ]),
  );
