import type { Connections, Health } from '../../database/health/health';
import type { GuideFix } from '../../nouns/check';
import { formatBytes, formatCount } from '../../plan/format';
import type { MachineFacts } from '../facts';
import { settingFix } from '../support/setting-fix';
import type { Demands } from './demand';
import { optionFix } from './option-fix';

/**
 * Shared memory for each connection that may be: measured on PostgreSQL 18 with max_connections 100, 500 and 1,000
 * (pg_shmem_allocations grew by 55 kB a connection).
 */
const slotBytes = 55_000;

/**
 * Private memory of one that is open: 1.3 MB when fresh, 3 MB after some queries, 14 MB after touching some hundred relations,
 * measured on PostgreSQL 18 (Private_* of /proc/<pid>/smaps_rollup); work_mem comes on top. Of a fresh one
 * https://blog.anarazel.de/2020/10/07/measuring-the-memory-overhead-of-a-postgres-connection/ finds less than 2 MiB.
 */
const openBytes = { least: 2 * 1024 * 1024, most: 15 * 1024 * 1024 };

/** More of the machine's memory than that is not to go into connections: a guess, shared_buffers and the file cache need the rest. */
const mostOfMemory = 0.25;

/**
 * With a single one all requests of a process take turns, and one that needs a second connection waits for ever:
 * https://github.com/brettwooldridge/HikariCP/wiki/About-Pool-Sizing, "Pool-locking".
 */
const leastInPool = 2;

/** Each pool made smaller, in proportion, so that all together open about `target` at most. `why`: of the target, `fit the server`. */
export function smallerPools({ all, total }: Demands, target: number, why: string): GuideFix[] {
  const sized = all.flatMap(({ pool, max, copies, pooler }) => {
    if (max === undefined || pooler !== undefined) return [];
    const next = Math.min(max, Math.max(leastInPool, Math.floor((max * target) / total)));
    return [{ pool, max, copies, next }];
  });
  const together = sized.reduce((sum, { next, copies }) => sum + next * copies.count, 0);
  return sized.flatMap(({ pool, max, copies, next }) => {
    if (next === max) return [];
    const others = sized.length > 1 ? ' together with the other pools' : '';
    const sum = `${formatCount(next)} in ${copies.says}:${others} ${formatCount(together)} at most; ${formatCount(target)} ${why}.`;
    return optionFix(pool, 'max', pool.max, next, sum) ?? [];
  });
}

/** Up to `target` together. */
export function largerPools({ all, total }: Demands, target: number): GuideFix[] {
  return all.flatMap(({ pool, max, pooler }) => {
    const next = max === undefined ? 0 : Math.floor((max * target) / total);
    if (max === undefined || pooler !== undefined || next <= max) return [];
    return (
      optionFix(
        pool,
        'max',
        pool.max,
        next,
        'More do more at once only while the server has cores and disks for them.',
      ) ?? []
    );
  });
}

/** max_connections for all of the pools and some more, where the machine has the memory. */
export function moreConnections(
  health: Health,
  { maxConnections, reserved }: Connections,
  total: number,
  machine: MachineFacts | undefined,
): GuideFix[] {
  const to = Math.ceil((total + reserved + Math.max(3, total / 10)) / 10) * 10;
  const { memoryBytes } = machine ?? {};
  if (memoryBytes !== undefined && to * openBytes.most > memoryBytes * mostOfMemory) return [];
  const added = to - maxConnections;
  const note =
    `The server must be restarted, which ends all connections. ${formatCount(added)} more cost ${formatBytes(added * slotBytes)} of shared memory at once, ` +
    `and ${formatBytes(openBytes.least)} to ${formatBytes(openBytes.most)} each while they are open (measured), with work_mem on top; standbys need it first. ` +
    'More connections do not do more work at once: PgBouncer keeps them few.';
  return [
    settingFix(health, {
      name: 'max_connections',
      from: String(maxConnections),
      to: String(to),
      title: `Raise max_connections from ${formatCount(maxConnections)} to ${formatCount(to)}`,
      note,
    }),
  ];
}
