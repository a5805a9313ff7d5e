import type { PoolUse } from '../../code/pools/pool-use';
import type { Health } from '../../database/health/health';
import type { Evidence, GuideFix, SettingFix } from '../../nouns/check';
import { quoteIdentifier, quoteLiteral } from '../../sql/identifiers';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { missingOf, seen, whyMissing, withHealth } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { duration } from '../support/wording';
import { nameOf } from './copies';
import { optionFix } from './option-fix';

/** In ms: what slonik waits for a connection by itself; no published figure fits every program. */
const wait = 5_000;

/** In ms: what slonik gives a statement and an idle transaction by itself. */
const minute = 60_000;

/**
 * Whoever waits without an end keeps what others wait for: a request for a connection, a statement, a transaction. Timeouts of
 * the server belong to the program's role: “setting statement_timeout in postgresql.conf is not recommended because it would
 * affect all sessions” (https://www.postgresql.org/docs/current/runtime-config-client.html).
 */
export const poolTimeouts: Check = {
  id: 'connection-pool/timeouts',
  point: 'connection-pool',
  title: 'Nothing waits for ever',
  needs: ['health', 'code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const { pools } = workspace;
    if (pools.length === 0) return notApplicable('No pool of connections is made in the workspace’s code.');
    return withHealth(facts, (health) => {
      const patient = pools.filter(({ waitMs, options }) => waitMs.value === 0 && options?.names.waitMs !== undefined);
      const open = serverTimeouts.filter(({ name, of }) => {
        const isSet = pools.every((pool) => (of(pool)?.value ?? 0) > 0 || of(pool)?.isDefault === false);
        return !isSet && (seen(health.settings)?.[name]?.amount ?? 0) === 0;
      });
      const missing = missingOf('missing' in health.settings ? health.settings : undefined);
      const details = { evidence: evidenceOf(pools, health), ...(missing.length > 0 && { missing }) };
      if (patient.length === 0 && open.length === 0)
        return passed('Connections, statements and idle transactions have an end.', details);
      const without = [
        ...(patient.length > 0 ? [`a request waits for a connection of ${patient.map(nameOf).join(' and ')}`] : []),
        ...open.map(({ says }) => says),
      ];
      const fixes: GuideFix[] = [
        ...patient.flatMap((pool) => optionFix(pool, 'waitMs', pool.waitMs, wait, waitNote) ?? []),
        ...open.map((one) => roleFix(health, one)),
      ];
      const places = patient.map(({ path, range }) => ({
        uri: path,
        range,
        message: 'It waits for ever for a connection.',
      }));
      return attention(`Without an end ${joined(without)}.`, { ...details, fixes, places });
    });
  },
};

const waitNote =
  'A request that gets no connection fails then, and says so, instead of hanging. The time to connect counts, too.';

const serverTimeouts = [
  {
    name: 'statement_timeout',
    says: 'a statement may run',
    of: ({ statementMs }: PoolUse) => statementMs,
    note: 'New sessions have it. Migrations and reports of that role begin with SET statement_timeout = 0.',
  },
  {
    name: 'idle_in_transaction_session_timeout',
    says: 'a transaction may stay open while its program does nothing',
    of: ({ idleInTransactionMs }: PoolUse) => idleInTransactionMs,
    note: 'New sessions have it. The session is ended then, and its transaction rolled back.',
  },
] as const;

function roleFix({ server, activity }: Health, { name, note }: (typeof serverTimeouts)[number]): SettingFix {
  return timeoutFix(server.database, roleOf(activity) ?? server.user, name, note);
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

function evidenceOf(pools: readonly PoolUse[], health: Health): Evidence[] {
  const settings = seen(health.settings);
  return [
    ...serverTimeouts.flatMap(({ name }) => {
      const amount = settings?.[name]?.amount;
      return amount === undefined ? [] : [fact(name, amount === 0 ? 'off' : duration(amount / 1000), { raw: amount })];
    }),
    table(
      'Pools of the workspace',
      ['Pool', 'Place', 'Waits for a connection', 'statement_timeout', 'idle_in_transaction_session_timeout'],
      pools.map((pool) => [
        nameOf(pool),
        pool.path,
        written(pool.waitMs, 'for ever'),
        written(pool.statementMs, 'the server’s'),
        written(pool.idleInTransactionMs, 'the server’s'),
      ]),
    ),
  ];
}

function written(setting: PoolUse['statementMs'], none: string): string {
  if (setting?.value === undefined) return setting?.source ?? none;
  return setting.value === 0 ? none : duration(setting.value / 1000);
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
