import type { DeployedJob } from '../../code/deployment/deployment';
import type { RelatedPlace } from '../../nouns/finding';
import type { EditFix } from '../../nouns/fix';
import type { TextRange } from '../../nouns/text-range';
import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { whyMissing } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';

/** `REINDEX (VERBOSE) DATABASE blog` → what is before the place of CONCURRENTLY. SYSTEM cannot have it. */
const locking = /^(REINDEX(?:\s*\([^)]*\))?\s+(?:DATABASE|SCHEMA|TABLE|INDEX))\b(?!\s+CONCURRENTLY\b)/i;
const lockingProgram = /^reindexdb\b(?!.*--concurrently\b)/i;

interface Locking {
  readonly job: DeployedJob;
  readonly statement: string;
  readonly range: TextRange;
  readonly edit?: EditFix;
}

/**
 * Jobs of the workspace that rebuild indexes with a lock: nobody writes to a table, nor reads by the index, while it is rebuilt.
 * https://www.postgresql.org/docs/current/sql-reindex.html
 */
export const reindexInJobs: Check = {
  id: 'maintenance/reindex-in-jobs',
  point: 'maintenance',
  title: 'No job locks tables to rebuild indexes',
  needs: ['code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const jobs = workspace.deployment.maintenance;
    if (jobs.length === 0) return notApplicable('The workspace has no job that looks after a database.');
    const found = jobs.flatMap(lockingStatements);
    const [first] = found;
    if (!first)
      return passed(
        `${formatCounted(jobs.length, 'job looks', 'jobs look')} after the database, none with REINDEX that locks.`,
      );
    const others = found.length > 1 ? ` (and ${formatCounted(found.length - 1, 'other statement')})` : '';
    return attention(
      `${first.job.name} runs ${first.statement}${others} without CONCURRENTLY: writes to a table wait, and reads by its indexes, until they are rebuilt.`,
      {
        places: found.map(
          ({ job, statement, range }): RelatedPlace => ({ uri: job.place.path, range, message: statement }),
        ),
        fixes: found.flatMap(({ edit }) => edit ?? []),
      },
    );
  },
};

function lockingStatements(job: DeployedJob): Locking[] {
  return job.statements.flatMap((statement, at): Locking[] => {
    const match = locking.exec(statement) ?? lockingProgram.exec(statement);
    if (!match) return [];
    const range = job.statementRanges?.[at];
    // Only where the text stands as it was read: a range that is longer was folded.
    if (!range || range.end - range.start !== statement.length)
      return [{ job, statement, range: range ?? job.place.range }];
    const isProgram = lockingProgram.test(statement);
    const place = range.start + (match[1] ?? match[0]).length;
    const insertAt = isProgram ? range.start + 'reindexdb'.length : place;
    const edit: EditFix = {
      kind: 'edit',
      title: `Rebuild the indexes in ${job.name} CONCURRENTLY`,
      edits: [
        {
          uri: job.place.path,
          range: { start: insertAt, end: insertAt },
          newText: isProgram ? ' --concurrently' : ' CONCURRENTLY',
        },
      ],
      note: 'It takes about twice as long and cannot be in a transaction: with psql one statement for each -c. Most weeks no index needs it.',
    };
    return [{ job, statement, range, edit }];
  });
}
