import type { Health } from '../../database/health/health';
import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { withSettings } from '../resources/machine';
import { amountOf, manual, type Proposal, presentOf, proposalFixes, proposalTable } from '../resources/proposal';
import { seen } from '../support/known';
import { attention, passed } from '../support/results';

const source = manual('runtime-config-logging.html');
const megabyte = 1024 ** 2;

/** What the server writes down of slow statements, waits and its own work: the only trace of what happened at night. */
export const logging: Check = {
  id: 'monitoring/logging',
  point: 'monitoring',
  title: 'What went wrong is in the log',
  needs: ['health'],
  judge: (facts) =>
    withSettings(facts, (health) => {
      const proposed = proposals(health);
      const details =
        proposed.length > 0
          ? { evidence: [proposalTable(health, proposed)], fixes: proposalFixes(health, proposed) }
          : {};
      if (!logsSlowOnes(health) && !seen(health.statements)) {
        return attention('Slow statements leave no trace: they are neither logged nor counted.', details);
      }
      if (proposed.length === 0)
        return passed('Slow statements, waits for locks and the server’s own work are logged.');
      const slow = logsSlowOnes(health) ? 'Slow statements are logged' : 'Statements are counted';
      const names = formatCounted(proposed.length, 'more setting', 'more settings');
      return passed(`${slow}; ${names} would log what is asked for after a bad night.`, details);
    }),
};

function logsSlowOnes(health: Health): boolean {
  const names = ['log_min_duration_statement', 'log_min_duration_sample', 'auto_explain.log_min_duration'];
  return names.some((name) => (amountOf(health, name) ?? -1) >= 0);
}

function proposals(health: Health): Proposal[] {
  const isOff = (name: string): boolean => presentOf(health, name) === 'off' || amountOf(health, name) === -1;
  const all: readonly (Proposal | undefined)[] = [
    logsSlowOnes(health)
      ? undefined
      : {
          name: 'log_min_duration_statement',
          to: 1_000,
          why: 'Statements that take a second or more, with their values.',
          source: `${source}#GUC-LOG-MIN-DURATION-STATEMENT; one second is a guess`,
          note: 'Values may be personal: log_parameter_max_length = 0 leaves out those that are bound.',
        },
    {
      name: 'log_lock_waits',
      to: 'on',
      why: 'Who waits for a lock longer than deadlock_timeout, and for whom.',
      source: `${source}#GUC-LOG-LOCK-WAITS`,
    },
    {
      name: 'log_checkpoints',
      to: 'on',
      why: 'When, why and how long; the default since 15.',
      source: `${source}#GUC-LOG-CHECKPOINTS`,
    },
    {
      name: 'log_autovacuum_min_duration',
      to: 600_000,
      why: 'Clean-ups of ten minutes or more; the default since 15.',
      source: `${source}#GUC-LOG-AUTOVACUUM-MIN-DURATION`,
    },
    {
      name: 'log_temp_files',
      to: 10 * megabyte,
      why: 'Statements whose sorts and hashes write files.',
      source: `${source}#GUC-LOG-TEMP-FILES; 10 MB are a guess`,
    },
  ];
  return all.flatMap((one) => (one && isOff(one.name) ? one : []));
}
