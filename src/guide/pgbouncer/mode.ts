import type { SessionUse } from '../../code/session-uses/session-use';
import type { CheckResult } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { fact } from '../support/evidence';
import { whyMissing } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { breakingUses, placesOf, proposedMode, summary, usesTable } from './breaking-uses';
import { type Pooler, poolersOf } from './poolers';

/**
 * The pool mode against what the code needs of a connection. https://www.pgbouncer.org/features.html has what breaks;
 * RDS Proxy pins a client to a connection instead: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-pinning.html
 */
export const mode: Check = {
  id: 'pgbouncer/mode',
  point: 'pgbouncer',
  title: 'The pool mode fits the code',
  needs: ['health', 'code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const uses = breakingUses(workspace);
    const details = { evidence: uses.length > 0 ? [usesTable(uses)] : [], places: placesOf(uses) };
    const [pooler] = poolersOf(facts);
    if (!pooler) {
      const says =
        uses.length > 0
          ? ` In transaction mode this would break: ${summary(uses)}.`
          : ' In transaction mode nothing in the code would break.';
      return notApplicable(`No pooler is known.${says}`, details);
    }
    return judgeMode(pooler, uses, details);
  },
};

function judgeMode(
  pooler: Pooler,
  uses: readonly SessionUse[],
  { evidence, places }: Required<Pick<CheckResult, 'evidence' | 'places'>>,
): CheckResult {
  const { name, mode: own, place } = pooler;
  const details = {
    evidence: [...(own ? [fact('pool_mode', own, { raw: own, source: pooler.source })] : []), ...evidence],
    places: [...places, ...(place ? [place] : [])],
  };
  if (pooler.kind === 'rds proxy') {
    return uses.length === 0
      ? passed('Nothing in the code pins a client of RDS Proxy to one connection.', details)
      : attention(`RDS Proxy keeps a connection for one client alone after this: ${summary(uses)}.`, details);
  }
  if (uses.length === 0 && own !== undefined) {
    return passed(
      own === 'session'
        ? `${name} is in session mode; nothing in the code needs that: in transaction mode clients would share connections.`
        : `${name} is in ${own} mode, and nothing in the code needs a connection of its own.`,
      details,
    );
  }
  if (own === undefined) {
    if (uses.length === 0)
      return passed(`Nothing in the code needs a connection of its own, in whatever mode ${name} is.`, details);
    return {
      ...unknown(`In which mode ${name} is could not be seen; in transaction mode this breaks: ${summary(uses)}.`, [
        pooler.missing ?? 'No manifest of the workspace has its pool_mode.',
      ]),
      ...details,
    };
  }
  if (own === 'session')
    return passed(
      `${name} is in session mode: ${summary(uses)} work behind it, and each client holds a connection.`,
      details,
    );
  const advice =
    proposedMode(uses) === 'transaction'
      ? 'Give what listens a connection string of its own, to the server itself.'
      : 'Use their forms for one transaction (SET LOCAL, pg_advisory_xact_lock, ON COMMIT DROP), or a connection string to the server itself for these places.';
  return attention(
    `${name} is in ${own} mode, where ${formatCounted(uses.length, 'place breaks', 'places break')}: ${summary(uses)}. ${advice}`,
    details,
  );
}
