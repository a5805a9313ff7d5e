import type { GuideFix } from '../../nouns/check';
import { quoteIdentifier } from '../../sql/identifiers';
import type { GuideFacts } from '../facts';
import { breakingUses, summary } from './breaking-uses';
import { cloudNativeFix } from './files/cloudnativepg';
import { composeFix } from './files/compose';
import { iniFix } from './files/ini';
import { kubernetesFix } from './files/kubernetes';
import { redirections } from './files/redirections';
import { has, serverTarget } from './files/target';
import { hostedPooler } from './hosted';
import { type PoolSizes, proposedSizes } from './sizes';

/**
 * PgBouncer as files, the way in which the workspace runs its programs first; then the variables that are to name it. A hoster's own
 * pooler comes before, or instead.
 */
export function poolerFixes(facts: GuideFacts): GuideFix[] {
  const { workspace } = facts;
  const own = hostedPooler(facts);
  if (own.isInstead) return own.fixes;
  const sizes = proposedSizes(facts);
  const alone = proposedSizes(facts, 1);
  const timeouts = startTimeouts(facts);
  const ignored = timeouts.map(({ name }) => name);
  const deployment = workspace?.deployment;
  const cluster = deployment?.servers.find(({ kind }) => kind === 'cloudnativepg');
  const files = [
    ...(cluster ? [cloudNativeFix(cluster, sizes, ignored)] : []),
    ...(has(deployment, 'kubernetes') && !cluster
      ? [kubernetesFix(serverTarget(facts, 'kubernetes'), sizes, ignored)]
      : []),
    ...(has(deployment, 'compose') ? [composeFix(serverTarget(facts, 'compose'), alone, ignored)] : []),
    iniFix(serverTarget(facts, 'ini'), alone, ignored),
  ];
  return [
    ...own.fixes,
    ...files.map((file) => ({ ...file, note: noteOf(file.note, facts, sizes) })),
    ...redirections(facts),
    ...roleTimeouts(facts, timeouts),
  ];
}

function noteOf(note: string | undefined, { workspace }: GuideFacts, { mode }: PoolSizes): string {
  const uses = workspace ? breakingUses(workspace) : [];
  const broken =
    uses.length === 0
      ? []
      : mode === 'transaction'
        ? [`Behind it this does not work, and needs a connection string to the server itself: ${summary(uses)}.`]
        : [`Session mode, for this would break in transaction mode: ${summary(uses)}.`];
  return [...(note === undefined ? [] : [note]), ...broken].join(' ');
}

interface StartTimeout {
  readonly name: 'statement_timeout' | 'idle_in_transaction_session_timeout';
  readonly ms: number;
}

/** What pools send at the start of a connection; PgBouncer refuses it, or is told to ignore it. */
function startTimeouts({ workspace }: GuideFacts): StartTimeout[] {
  const pools = workspace?.pools ?? [];
  const longest = (given: readonly (number | undefined)[]) => Math.max(0, ...given.map((one) => one ?? 0));
  const all: StartTimeout[] = [
    { name: 'statement_timeout', ms: longest(pools.map(({ statementMs }) => statementMs?.value)) },
    {
      name: 'idle_in_transaction_session_timeout',
      ms: longest(pools.map(({ idleInTransactionMs }) => idleInTransactionMs?.value)),
    },
  ];
  return all.filter(({ ms }) => ms > 0);
}

/** So that they hold all the same. */
function roleTimeouts(facts: GuideFacts, timeouts: readonly StartTimeout[]): GuideFix[] {
  const { user } = serverTarget(facts, 'ini');
  if (user.startsWith('<')) return [];
  return timeouts.map(({ name, ms }) => ({
    kind: 'statement',
    title: `Keep ${name} for ${user}: PgBouncer does not pass on what the pool sets`,
    sql: `ALTER ROLE ${quoteIdentifier(user)} SET ${name} = '${ms}ms'`,
  }));
}
