import type { ReplicaWrite } from '../../code/replicas/replica-use';
import { formatCounted } from '../../plan/format';
import { oneLine } from '../../plan/one-line';
import type { Check } from '../check';
import type { WorkspaceFacts } from '../facts';
import { table } from '../support/evidence';
import { whyMissing } from '../support/known';
import { attention, failed, notApplicable, passed, unknown } from '../support/results';
import { dividedPlaces, isDivided } from './divided';

/**
 * Writes, locks and sequences that are sent to a replica, which answers each with an error:
 * https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-USERS
 */
export const replicaWrites: Check = {
  id: 'read-replicas/writes',
  point: 'read-replicas',
  title: 'No write is sent to a replica',
  needs: ['code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const found = (workspace.replicaUses?.writes ?? []).filter((one) => isReal(one, workspace));
    const [first] = found;
    if (!first) {
      const isRead = dividedPlaces(workspace).length > 0 || workspace.pools.some(({ role }) => role === 'replica');
      return isRead
        ? passed('What goes to a replica only reads, as far as the code’s SQL is known.')
        : notApplicable('No pool of the workspace reads from a replica.');
    }
    const isCertain = found.some(({ because }) => because.kind === 'library');
    const says = `${formatCounted(found.length, 'statement that a replica refuses is', 'statements that a replica refuses are')} sent to one: ${reasonOf(first)}, and ${isRailsOwn(first) ? 'Rails' : 'PostgreSQL'} answers “${errorOf(first)}”.`;
    return (isCertain ? failed : attention)(says, {
      evidence: [
        table(
          'Sent to a replica',
          ['Statement', 'File', 'Function', 'Why it goes there', 'Answer'],
          found.map((one) => [oneLine(one.sql, 60), one.path, one.inFunction ?? '', reasonOf(one), errorOf(one)]),
        ),
      ],
      places: found.map((one) => ({
        uri: one.path,
        range: one.range,
        message: `${oneLine(one.sql, 60)}: ${reasonOf(one)}.`,
      })),
    });
  },
};

/** What a library does with replicas matters only where it was told of some. */
const isReal = ({ because, library }: ReplicaWrite, workspace: WorkspaceFacts): boolean =>
  because.kind === 'pool' || isDivided(workspace, library);

const reasonOf = ({ because }: ReplicaWrite): string =>
  because.kind === 'library' ? because.how : `it is sent through ${because.name}, a replica by this name`;

/** Rails looks at the text first, and takes what begins with SELECT for a read. */
const isRailsOwn = ({ library, sql }: ReplicaWrite): boolean =>
  library === 'activerecord' && !/^\s*select\b/i.test(sql);

/** Its text is the same from PostgreSQL 13 to 18. */
const errorOf = (one: ReplicaWrite): string =>
  isRailsOwn(one)
    ? 'Write query attempted while in readonly mode'
    : `cannot execute ${one.command} in a read-only transaction`;
