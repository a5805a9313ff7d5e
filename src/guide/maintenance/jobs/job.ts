import type { DeployedJob, Deployment } from '../../../code/deployment/deployment';
import type { Health } from '../../../database/health/health';
import type { GuideFix } from '../../../nouns/check';
import type { BloatedIndex } from '../index-bloat';

/** What is known of where a job would run. */
export interface JobFacts {
  readonly health: Health;
  readonly deployment?: Deployment;
  /** Now; a job finds those of its day by itself. */
  readonly bloated: readonly BloatedIndex[];
}

/** One way to run maintenance regularly; undefined where it cannot be had. */
export type JobKind = (facts: JobFacts) => GuideFix | undefined;

/** Sunday night, as in cron: minute, hour, day of the month, month, day of the week. */
export const weekly = '0 2 * * 0';

export const majorOf = ({ server }: Health): number => Math.floor(server.version / 10_000);

/** `0 2 * * 0 (db-maintenance, a cronjob)` */
export function describeJob({ name, kind, schedule }: DeployedJob): string {
  return `${name} (${kind}${schedule === undefined ? '' : `, ${schedule}`})`;
}
