import type { Health, Wraparound } from '../../database/health/health';
import type { GuideFix } from '../../nouns/check';
import { formatCounted } from '../../plan/format';
import { quoteLiteral } from '../../sql/identifiers';
import { seen } from '../support/known';
import { settingFix } from '../support/setting-fix';
import { duration } from '../support/wording';
import { autovacuumOf } from './autovacuum';

/** Why autovacuum does not come, or comes in vain. */
export interface LagReason {
  /** A whole sentence. */
  readonly says: string;
  readonly fixes: readonly GuideFix[];
}

type Holder = Wraparound['holders'][number];

/**
 * What still may look at the dead rows, so that no VACUUM can remove them. A session counts when its transaction is older than
 * autovacuum_naptime: autovacuum was there since. Slots, prepared transactions and standbys do not end by themselves.
 * https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY
 */
export function holders(health: Health): LagReason[] {
  const found = seen(health.activity.wraparound)?.holders ?? [];
  return found
    .filter(({ onlyCatalogs, xminAge }) => !onlyCatalogs && xminAge > 0)
    .flatMap((holder) => reasons[holder.kind](holder, health) ?? []);
}

const reasons: Readonly<Record<Holder['kind'], (holder: Holder, health: Health) => LagReason | undefined>> = {
  session: sessionReason,
  'prepared transaction': preparedReason,
  slot: slotReason,
  replica: ({ name, xminAge }) => ({
    says: `A query on the standby ${name || '(without a name)'} keeps dead rows ${ageText(xminAge)}, by hot_standby_feedback.`,
    fixes: [],
  }),
};

const ageText = (xminAge: number): string => `for ${formatCounted(xminAge, 'transaction')}`;

function sessionReason({ name }: Holder, health: Health): LagReason | undefined {
  const sessions = seen(health.activity.connections)?.sessions ?? [];
  const session = sessions.find(({ pid }) => name === `pid ${pid}` || name.startsWith(`pid ${pid},`));
  const seconds = session?.transactionSeconds;
  if (!session || seconds === undefined || seconds < autovacuumOf(health).napSeconds) return undefined;
  const end: GuideFix = {
    kind: 'statement',
    title: `End ${name}, whose transaction is rolled back`,
    sql: `SELECT pg_terminate_backend(${session.pid})`,
  };
  return {
    says: `The transaction of ${name} is open for ${duration(seconds)} (${session.state}): rows that died since are kept for it.`,
    fixes: [end, ...idleTimeout(health, session.state)],
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

function preparedReason({ name, xminAge }: Holder): LagReason {
  const fix: GuideFix = {
    kind: 'statement',
    title: `Roll back the prepared transaction ${name} (or commit it: ask who prepared it)`,
    sql: `ROLLBACK PREPARED ${quoteLiteral(name)}`,
  };
  return {
    says: `The prepared transaction ${name} was neither committed nor rolled back: it keeps dead rows ${ageText(xminAge)}.`,
    fixes: [fix],
  };
}

function slotReason({ name, xminAge }: Holder, health: Health): LagReason {
  const isActive = seen(health.activity.replication)?.slots.find((slot) => slot.name === name)?.isActive;
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
