import type { Health, Wraparound } from '../../database/health/health';
import type { GuideFix } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import { quoteLiteral } from '../../sql/identifiers';
import { seen } from '../support/known';
import { settingFix } from '../support/setting-fix';
import { duration, secondsBetween } from '../support/wording';
import { autovacuumOf } from './autovacuum';

/** Why autovacuum does not come, or comes in vain. */
export interface LagReason {
  /** A whole sentence. */
  readonly says: string;
  readonly fixes: readonly GuideFix[];
}

type Holder = Wraparound['holders'][number];

/**
 * What still may look at the dead rows, so that no VACUUM can remove them, and does so since autovacuum was there last, by
 * autovacuum_naptime: transactions by their time; slots in use and standbys, which always hold something, by the transactions
 * that the server makes in that time. A slot that nobody uses does not end by itself.
 * https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY
 */
export function holders(health: Health): LagReason[] {
  const found = seen(health.activity.wraparound)?.holders ?? [];
  return found
    .filter((holder) => !holder.onlyCatalogs && isOld(holder, health))
    .map((holder) => reasons[holder.kind](holder, health));
}

function isOld({ kind, name, xminAge, heldSeconds = 0 }: Holder, health: Health): boolean {
  if (kind === 'session' || kind === 'prepared transaction') return heldSeconds >= autovacuumOf(health).napSeconds;
  if (kind === 'slot' && slotOf(name, health)?.isActive === false) return xminAge > 0;
  return xminAge > transactionsInNap(health);
}

/** Fewer are nothing, however quiet the server is. Our choice. */
const fewTransactions = 1_000;

/** On average since the counters were reset, or the server was started. */
function transactionsInNap(health: Health): number {
  const counters = seen(health.activity.counters);
  const seconds = secondsBetween(counters?.since ?? health.server.startedAt, health.readAt);
  if (!counters || !seconds) return fewTransactions;
  return Math.max(fewTransactions, (counters.commits / seconds) * autovacuumOf(health).napSeconds);
}

const slotOf = (name: string, { activity }: Health) =>
  seen(activity.replication)?.slots.find((slot) => slot.name === name);

const reasons: Readonly<Record<Holder['kind'], (holder: Holder, health: Health) => LagReason>> = {
  session: sessionReason,
  'prepared transaction': preparedReason,
  slot: slotReason,
  replica: ({ name, xminAge }) => ({
    says: `A query on the standby ${name || '(without a name)'} keeps dead rows ${ageText(xminAge)}, by hot_standby_feedback.`,
    fixes: [],
  }),
};

const ageText = (xminAge: number): string => `for ${formatCounted(xminAge, 'transaction')}`;

function sessionReason({ name, heldSeconds = 0 }: Holder, health: Health): LagReason {
  const pid = /^pid (\d+)/.exec(name)?.[1];
  const session = seen(health.activity.connections)?.sessions.find((one) => String(one.pid) === pid);
  const state = session ? ` (${session.state})` : '';
  const end: GuideFix = {
    kind: 'statement',
    title: `End ${name}, whose transaction is rolled back`,
    sql: `SELECT pg_terminate_backend(${pid})`,
  };
  return {
    says: `The transaction of ${name} is open for ${duration(heldSeconds)}${state}: rows that died since are kept for it.`,
    fixes: pid === undefined ? [] : [end, ...idleTimeout(health, session?.state ?? '')],
  };
}

/** Where nothing ends transactions that a program forgot. The time is our choice. */
function idleTimeout(health: Health, state: string): GuideFix[] {
  const name = 'idle_in_transaction_session_timeout';
  if (!state.startsWith('idle in transaction') || seen(health.settings)?.[name]?.amount !== 0) return [];
  const title = 'End sessions that are idle in a transaction for 5 minutes';
  const note = 'Programs that hold a transaction open that long on purpose are disconnected.';
  return [settingFix(health, { name, from: '0', to: '5min', amount: 300_000, title, note })];
}

function preparedReason({ name, heldSeconds = 0 }: Holder): LagReason {
  const fix: GuideFix = {
    kind: 'statement',
    title: `Roll back the prepared transaction ${name}`,
    sql: `ROLLBACK PREPARED ${quoteLiteral(name)}`,
    note: 'Ask who prepared it: it may have to be committed instead.',
  };
  return {
    says: `The prepared transaction ${name} was neither committed nor rolled back for ${duration(heldSeconds)}: dead rows are kept for it.`,
    fixes: [fix],
  };
}

function slotReason({ name, xminAge }: Holder, health: Health): LagReason {
  const isActive = slotOf(name, health)?.isActive ?? false;
  const fix: GuideFix = {
    kind: 'statement',
    title: `Drop the slot ${name}, if its standby or subscriber is gone for good`,
    sql: `SELECT pg_drop_replication_slot(${quoteLiteral(name)})`,
  };
  return {
    says: `The replication slot ${name} is ${isActive ? '' : 'not '}in use and keeps dead rows ${ageText(xminAge)}.`,
    fixes: isActive ? [] : [fix],
  };
}
