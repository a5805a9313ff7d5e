import type { PoolUse } from '../../code/pools/pool-use';
import type { Health, SessionHealth } from '../../database/health/health';
import type { SettingFix } from '../../nouns/check';
import { quoteIdentifier, quoteLiteral } from '../../sql/identifiers';
import { seen } from '../support/known';
import { duration } from '../support/wording';

/** In ms: what slonik gives a statement and an idle transaction by itself. */
const minute = 60_000;

/** In s: a program's statement that runs for longer is hardly awaited by anybody any more. A guess. */
const long = 300;

/** In s: so long nobody waits for a lock in normal work; PostgreSQL looks for a deadlock after one (deadlock_timeout). A guess. */
const longLock = 60;

/** What a session has hung in until now, and whose it is. */
interface Hanging {
  readonly says: string;
  readonly user: string;
}

export interface ServerTimeout {
  readonly name: string;
  /** Set by the pool for its sessions. */
  readonly of?: (pool: PoolUse) => PoolUse['statementMs'];
  readonly note: string;
  /** Worth setting before anything hangs. */
  readonly isAdvised: boolean;
  readonly hanging: (health: Health) => Hanging | undefined;
}

export const serverTimeouts: readonly ServerTimeout[] = [
  {
    name: 'statement_timeout',
    of: ({ statementMs }) => statementMs,
    note: 'New sessions have it. Migrations and reports of that role begin with SET statement_timeout = 0.',
    isAdvised: true,
    hanging({ server, activity }) {
      const [longest] = (seen(activity.connections)?.sessions ?? [])
        .filter(
          ({ state, stateSeconds, database, query, wait }) =>
            state === 'active' &&
            stateSeconds >= long &&
            database === server.database &&
            !isMaintenance(query ?? '') &&
            // That is told as a lock, and a replica's sender is active for ever.
            !/^(?:Lock|Activity)\b/.test(wait ?? ''),
        )
        .sort((a, b) => b.stateSeconds - a.stateSeconds);
      return (
        longest && {
          says: `a statement has run for ${duration(longest.stateSeconds)} (${who(longest)})`,
          user: longest.user,
        }
      );
    },
  },
  {
    name: 'idle_in_transaction_session_timeout',
    of: ({ idleInTransactionMs }) => idleInTransactionMs,
    note: 'New sessions have it. The session is ended then, and its transaction rolled back.',
    isAdvised: true,
    // A check of its own tells of them.
    hanging: () => undefined,
  },
  {
    name: 'lock_timeout',
    note: 'New sessions have it: a statement that waits longer for a lock fails, and what waits behind it goes on.',
    isAdvised: false,
    hanging({ activity }) {
      const [longest] = (seen(activity.locks) ?? [])
        .filter(({ waitingSeconds }) => waitingSeconds >= longLock)
        .toSorted((a, b) => b.waitingSeconds - a.waitingSeconds);
      if (!longest) return undefined;
      const { session, waitingSeconds, waitsFor } = longest;
      return {
        says: `a session has waited for ${duration(waitingSeconds)} for a lock (${waitsFor}; ${who(session)})`,
        user: session.user,
      };
    },
  },
];

/** A dump, a report to a file, a build of an index take their time. */
function isMaintenance(query: string): boolean {
  return /^\s*(?:VACUUM|ANALYZE|REINDEX|CLUSTER|CREATE|ALTER|REFRESH|COPY|START_REPLICATION|BASE_BACKUP|DECLARE|FETCH|CALL)\b/i.test(
    query,
  );
}

const who = ({ pid, application }: SessionHealth): string =>
  `pid ${pid}${application === '' ? '' : `, ${application}`}`;

/** By each of the pools, or on the server; what cannot be seen is not said to be off. */
export function isSet({ name, of }: ServerTimeout, pools: readonly PoolUse[], health: Health): boolean {
  const settings = seen(health.settings);
  const isOfPools = pools.every((pool) => (of?.(pool)?.value ?? 0) > 0 || of?.(pool)?.isDefault === false);
  return isOfPools || settings === undefined || (settings[name]?.amount ?? 0) > 0;
}

export function roleFix({ server, activity }: Health, { name, note }: ServerTimeout, user = ''): SettingFix {
  return timeoutFix(server.database, user || (roleOf(activity) ?? server.user), name, note);
}

/** `ALTER ROLE … IN DATABASE … SET`, for new sessions of the program. */
export function timeoutFix(database: string, role: string, name: string, note: string): SettingFix {
  const to = `${minute / 1000}s`;
  return {
    kind: 'setting',
    title: `Set ${name} to ${to} for the role ${role} in ${database}`,
    name,
    from: '0',
    to,
    sql: `ALTER ROLE ${quoteIdentifier(role)} IN DATABASE ${quoteIdentifier(database)} SET ${name} = ${quoteLiteral(to)}`,
    takesEffect: 'at once',
    note,
  };
}

/** Whose sessions are the most: the program's. */
export function roleOf({ connections }: Health['activity']): string | undefined {
  const [first] = seen(connections)?.byUser ?? [];
  return first?.name === '' ? undefined : first?.name;
}
