import type { CacheUse } from '../../code/caches/cache-use';
import { formatCount, formatMs } from '../../plan/format';
import type { Check } from '../check';
import type { GuideFacts, WorkspaceQuery } from '../facts';
import { table } from '../support/evidence';
import { whyMissing, withHealth } from '../support/known';
import { notApplicable, passed, unknown } from '../support/results';
import { secondsBetween } from '../support/wording';
import { workloadOf } from '../workload';

/** In ms: so long a query runs beside a second of its kind, unless it is asked for seldom. This check's own limit. */
const long = 100;

/** What many ask for at once when a cache entry expires: information, as one load at a time is not to be seen in every form. */
export const cacheStampede: Check = {
  id: 'cache/stampede',
  point: 'cache',
  title: 'An entry that expires is loaded once',
  needs: ['health', 'code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const filled = workspace.caches.filter(({ does }) => does === 'set');
    if (filled.length === 0) return notApplicable('Nothing is put into a cache in the workspace’s code.');
    return withHealth(facts, () => {
      const found = stampedes(facts, filled);
      if (found.length === 0)
        return passed('No query behind a cache is long and asked for often enough to be run twice at once.');
      const [first] = found;
      return passed(
        `${first?.use.key ?? ''}: when the entry expires, about ${formatCount(Math.ceil(first?.atOnce ?? 0))} callers run its query (${formatMs(first?.meanMs ?? 0)}) at once, unless something lets one through.`,
        {
          evidence: [
            table(
              'Run by several at once when an entry expires',
              ['Key', '#Mean', '#Callers at once'],
              found.map(({ use, meanMs, atOnce }) => [use.key, formatMs(meanMs), formatCount(Math.ceil(atOnce))]),
            ),
          ],
          places: found.map(({ use }) => ({
            uri: use.path,
            range: use.range,
            message: 'A load that all callers share, or a lock (SET … NX PX), runs the query once.',
          })),
        },
      );
    });
  },
};

/** Callers that come while one query runs: rate × time (Little's law). The rate is that of queries, which a cache has lowered. */
function stampedes({ health, workspace }: GuideFacts, filled: readonly CacheUse[]) {
  const workload = workloadOf(health, workspace?.queries ?? []);
  const seconds = workload && secondsBetween(workload.since, workload.readAt);
  if (!workload || !seconds) return [];
  return filled.flatMap((use) => {
    const rows = workload.rows.filter(({ places }) => places.some((place) => isIn(use, place)));
    const [dearest] = rows.toSorted((a, b) => b.statistic.meanMs - a.statistic.meanMs);
    if (!dearest) return [];
    const { calls, meanMs } = dearest.statistic;
    const atOnce = (calls / seconds) * (meanMs / 1000);
    return meanMs >= long && atOnce >= 1 ? [{ use, meanMs, atOnce }] : [];
  });
}

const isIn = ({ path, scope }: CacheUse, place: WorkspaceQuery): boolean =>
  scope !== undefined && path === place.path && place.range.start >= scope.start && place.range.end <= scope.end;
