import type { Health } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { fact } from '../support/evidence';
import { missingOf, withHealth } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { percent } from '../support/wording';
import { createReplicaFixes } from './create-fixes';
import { loadEvidence, pressureOn, readShare } from './load';
import { poolFixes } from './pool-fixes';
import { knownReplicas } from './replicas';

/**
 * A replica takes reads only, and repeats every write. Where less than half of the time is reading, a second server frees less
 * than half of the first: this check's own limit, no published figure says from where on it pays.
 */
export const readHeavy = 0.5;

/** Whether a second server would help: the primary is short of cores or storage, and mostly for reading. */
export const needed: Check = {
  id: 'read-replicas/needed',
  point: 'read-replicas',
  title: 'The primary has room, or replicas share its load',
  needs: ['health', 'rates', 'machine', 'code'],
  judge: (facts) => withHealth(facts, (health) => judged(facts, health)),
};

function judged(facts: GuideFacts, health: Health): CheckResult {
  if (health.server.isReplica) return notApplicable('This server is a replica itself: ask its primary.');
  const share = readShare(facts);
  const evidence = loadEvidence(share, health);
  const replicas = knownReplicas(facts);
  if (replicas.count > 0) {
    const says = `${formatCounted(replicas.count, 'replica is', 'replicas are')} there.`;
    return passed(says, { evidence: [fact('Known by', replicas.by), ...evidence] });
  }
  const pressure = pressureOn(facts, health);
  const details = { evidence: [...evidence, ...(pressure.evidence ?? [])] };
  const reads = share ? `Reads are ${percent(share.time)} of the time` : undefined;
  const missing = missingOf(health.statements, health.activity.connections);
  if (pressure.state === 'unknown') {
    return {
      ...unknown(`Whether the primary is short is not known: ${pressure.says}.`, [
        pressure.missing ?? missing[0] ?? 'The server shows no activity.',
      ]),
      ...details,
    };
  }
  if (pressure.state === 'enough') {
    return notApplicable(`The load is small: ${pressure.says}.${reads ? ` ${reads}.` : ''}`, details);
  }
  if (!share) {
    return {
      ...unknown(`The primary is busy (${pressure.says}), and how much of it is reading is not known.`, [
        missing[0] ?? 'No statement was counted yet.',
      ]),
      ...details,
    };
  }
  if (share.time < readHeavy) {
    return notApplicable(
      `A replica would not help: ${pressure.says}, but reads are only ${percent(share.time)} of the time, and it repeats all of the writes.`,
      details,
    );
  }
  return attention(
    `${reads}, and ${pressure.says}. A replica could take reads; indexes and a cache are cheaper, look at these points first.`,
    {
      ...details,
      fixes: [...createReplicaFixes(facts, health), ...(facts.workspace ? poolFixes(facts.workspace) : [])],
    },
  );
}
