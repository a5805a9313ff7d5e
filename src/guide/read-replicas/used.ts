import type { Health } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import { formatCount, formatCounted, formatMs } from '../../plan/format';
import type { Check } from '../check';
import type { GuideFacts, WorkspaceFacts } from '../facts';
import { fact, table } from '../support/evidence';
import { whyMissing, withHealth } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { isQuery, placesOf, senderOf, shortText } from '../support/statements';
import { percent } from '../support/wording';
import { workloadOf } from '../workload';
import { dividedPlaces } from './divided';
import { loadEvidence, pressureOn, readShare } from './load';
import { readHeavy } from './needed';
import { poolFixes } from './pool-fixes';
import { knownReplicas } from './replicas';

/** Statements that are shown of those that could go to a replica. */
const mostReads = 10;

/** Whether the workspace's code reads from the replicas that there are. One that waits for a failover alone is none of its faults. */
export const used: Check = {
  id: 'read-replicas/used',
  point: 'read-replicas',
  title: 'Reads go to the replicas that are there',
  needs: ['health', 'rates', 'machine', 'code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    return withHealth(facts, (health) => judged(facts, workspace, health));
  },
};

function judged(facts: GuideFacts, workspace: WorkspaceFacts, health: Health): CheckResult {
  const { pools } = workspace;
  const replicas = knownReplicas(facts);
  const divided = dividedPlaces(workspace);
  // A pool that a library divides with is not another one.
  const isOwn = (path: string) => divided.every(({ uri }) => uri !== path);
  const dividing = [
    ...divided,
    ...pools.flatMap(({ role, path, range }) =>
      role === 'replica' && isOwn(path) ? [{ uri: path, range, message: 'It connects to a replica.' }] : [],
    ),
  ];
  if (replicas.count === 0 && !health.server.isReplica) return notApplicable('No replica of this server is known.');
  if (pools.length === 0 && divided.length === 0)
    return notApplicable('No pool of connections is made in the workspace’s code.');
  if (dividing.length > 0) {
    return passed(`${formatCounted(dividing.length, 'pool reads', 'pools read')} from a replica.`, {
      places: dividing.map(({ uri, range, message }) => ({ uri, range, message })),
    });
  }
  if (health.server.isReplica) {
    return unknown('No pool of the workspace reads from a replica.', [
      'Whether the primary is busy is not seen from here: choose the primary’s connection.',
    ]);
  }
  const there = `${formatCounted(replicas.count, 'replica is', 'replicas are')} there, and no pool of the workspace reads from ${replicas.count === 1 ? 'it' : 'them'}`;
  const share = readShare(facts);
  const pressure = pressureOn(facts, health);
  const evidence = [fact('Replicas known by', replicas.by), ...loadEvidence(share, health)];
  if (pressure.state === 'enough') {
    return passed(`${there}; the primary has room (${pressure.says}).`, { evidence });
  }
  if (pressure.state === 'unknown') {
    return {
      ...unknown(`${there}; whether the primary has room is not known.`, [
        pressure.missing ?? 'The server shows no activity.',
      ]),
      evidence,
    };
  }
  if (share && share.time < readHeavy) {
    return passed(`${there}; reads are only ${percent(share.time)} of the time.`, { evidence });
  }
  const reads = (workloadOf(health, workspace.queries)?.rows ?? [])
    .filter((row) => isQuery(row) && row.statistic.reading?.readsOnly && row.places.length > 0)
    .slice(0, mostReads);
  const also = share ? `; reads are ${percent(share.time)} of the time` : '';
  return attention(`${there}, while ${pressure.says}${also}.`, {
    evidence: [
      ...evidence,
      ...(reads.length > 0
        ? [
            table(
              'Reads that could go there, where they may be a moment old',
              ['Statement', '#Share', '#Calls', '#Mean', 'Sent by'],
              reads.map((row) => [
                shortText(row),
                percent(row.share),
                formatCount(row.statistic.calls),
                formatMs(row.statistic.meanMs),
                senderOf(row),
              ]),
            ),
          ]
        : []),
    ],
    places: placesOf(reads),
    fixes: poolFixes(workspace),
  });
}
