import type { PoolUse } from '../../code/pools/pool-use';
import { atRunTime } from '../../code/pools/read-pool';
import type { Health } from '../../database/health/health';
import type { Evidence } from '../../nouns/check';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { missingOf, seen, whyMissing, withHealth } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { duration } from '../support/wording';
import { nameOf } from './copies';
import { optionFix } from './option-fix';
import { isSet, roleFix, serverTimeouts } from './server-timeouts';

/** In ms: what slonik waits for a connection by itself; no published figure fits every program. */
const wait = 5_000;

/**
 * Whoever waits without an end keeps what others wait for. A pool that never stops waiting needs attention, and so does what
 * hangs now on a server without the timeout that would end it. A timeout that is off harms nobody by that alone: PostgreSQL
 * comes so, and it belongs to the program's role, since “setting statement_timeout in postgresql.conf is not recommended because
 * it would affect all sessions” (https://www.postgresql.org/docs/current/runtime-config-client.html).
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
      const off = serverTimeouts.filter((one) => !isSet(one, pools, health));
      const hanging = off.flatMap((timeout) => {
        const found = timeout.hanging(health);
        return found ? [{ ...found, timeout }] : [];
      });
      const missing = missingOf(...[health.settings, health.activity.connections].filter((one) => 'missing' in one));
      const advised = off.filter(({ isAdvised }) => isAdvised);
      const inNeed = new Set(hanging.map(({ timeout }) => timeout));
      const details = {
        evidence: evidenceOf(pools, health),
        fixes: [
          ...patient.flatMap((pool) => optionFix(pool, 'waitMs', pool.waitMs, wait, waitNote) ?? []),
          ...hanging.map(({ timeout, user }) => roleFix(health, timeout, user)),
          ...advised.filter((one) => !inNeed.has(one)).map((one) => roleFix(health, one)),
        ],
        ...(missing.length > 0 && { missing }),
      };
      const without = [
        ...(patient.length > 0
          ? [`a request waits without an end for a connection of ${listed(patient.map(nameOf))}`]
          : []),
        ...hanging.map(({ says, timeout }) => `${says}, and ${timeout.name} is off`),
      ];
      if (without.length > 0) {
        const places = patient.map(({ path, range }) => ({
          uri: path,
          range,
          message: 'It waits for ever for a connection.',
        }));
        return attention(sentence(without.join('; ')), { ...details, places });
      }
      if ('missing' in health.settings) {
        return passed('Nothing hangs now, as far as it can be seen; the server’s own timeouts cannot.', details);
      }
      const hidden = pools.filter(({ waitMs }) => waitMs.source === atRunTime);
      if (hidden.length > 0 && advised.length === 0) {
        return passed(
          `Nothing hangs now. The timeouts of ${listed(hidden.map(nameOf))} are known at run time only.`,
          details,
        );
      }
      if (advised.length === 0) return passed('Connections, statements and idle transactions have an end.', details);
      const names = listed(advised.map(({ name }) => name));
      return passed(
        `Nothing hangs now. ${names} ${advised.length === 1 ? 'is' : 'are'} off: for the program’s role ${advised.length === 1 ? 'it' : 'they'} would end what hangs some day.`,
        details,
      );
    });
  },
};

const waitNote =
  'A request that gets no connection fails then, and says so, instead of hanging. The time to connect counts, too.';

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

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
