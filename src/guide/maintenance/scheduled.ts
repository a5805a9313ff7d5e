import type { DeployedJob } from '../../code/deployment/deployment';
import type { GuideFix } from '../../nouns/check';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { fact } from '../support/evidence';
import { missingOf, seen, withHealth } from '../support/known';
import { attention, failed, passed } from '../support/results';
import { autovacuumOf } from './autovacuum';
import { deadRows } from './dead-rows';
import { bloatedIndexes } from './index-bloat';
import { cronJob } from './jobs/cronjob';
import { crontab } from './jobs/crontab';
import { describeJob, type JobFacts, type JobKind } from './jobs/job';
import { pgCron } from './jobs/pg-cron';
import { systemdTimer } from './jobs/systemd';
import { switchedOff } from './lag-reasons';
import { ofPrimary } from './of-primary';
import { statistics } from './statistics';

/**
 * Whether somebody looks after the database: autovacuum, which is enough where nothing lags behind it, or a job. The guide's
 * weekly job is offered in any case.
 * https://www.postgresql.org/docs/current/routine-vacuuming.html
 */
export const scheduled: Check = ofPrimary({
  id: 'maintenance/scheduled',
  point: 'maintenance',
  title: 'Maintenance runs regularly',
  needs: ['health', 'code'],
  judge: (facts) =>
    withHealth(facts, (health) => {
      const jobs = facts.workspace?.deployment.maintenance ?? [];
      const fixes = jobFixes({
        health,
        deployment: facts.workspace?.deployment,
        bloated: bloatedIndexes(seen(health.indexes) ?? []),
      });
      const missing = missingOf(health.settings, health.tables);
      const evidence = [
        fact('autovacuum', autovacuumOf(health).isOn ? 'on' : 'off'),
        ...jobs.map((job) => fact('Job', describeJob(job), { source: job.statements.join('; ') || undefined })),
        ...(health.server.extensions.pg_cron === undefined
          ? []
          : [fact('pg_cron', 'installed: its own jobs are in cron.job of its database')]),
      ];
      const places = jobs.map((job) => ({ uri: job.place.path, range: job.place.range, message: describeJob(job) }));
      const details = { evidence, places, ...(missing.length > 0 && { missing }) };
      if (!autovacuumOf(health).isOn) {
        const [reason] = switchedOff(health, []);
        return failed(`${reason?.says} ${jobs.length > 0 ? jobText(jobs) : 'No job does its work, either.'}`, {
          ...details,
          fixes: [...(reason?.fixes ?? []), ...(jobs.length > 0 ? [] : fixes)],
        });
      }
      if (jobs.length > 0) return passed(`Autovacuum is on. ${jobText(jobs)}`, details);
      if (![deadRows, statistics].some((check) => isBehind(check, facts))) {
        return passed('Autovacuum is on and keeps up: a weekly VACUUM of everything is not needed.', {
          ...details,
          fixes,
        });
      }
      return attention('Autovacuum is on and lags behind, and no job helps it.', { ...details, fixes });
    }),
});

function isBehind(check: Check, facts: GuideFacts): boolean {
  const { state } = check.judge(facts);
  return state === 'failed' || state === 'attention';
}

function jobText(jobs: readonly DeployedJob[]): string {
  const [first] = jobs;
  if (!first) return '';
  return jobs.length === 1
    ? `The job ${describeJob(first)} helps.`
    : `${jobs.length} jobs help, the first is ${describeJob(first)}.`;
}

/** What fits best where this database runs comes first. */
function jobFixes(facts: JobFacts): GuideFix[] {
  const isInCluster = [...(facts.deployment?.programs ?? []), ...(facts.deployment?.servers ?? [])].some(
    ({ kind }) => kind === 'kubernetes' || kind === 'cloudnativepg',
  );
  const kinds: readonly JobKind[] = isInCluster
    ? [cronJob, pgCron, systemdTimer, crontab]
    : [pgCron, systemdTimer, cronJob, crontab];
  return kinds.flatMap((kind) => kind(facts) ?? []);
}
