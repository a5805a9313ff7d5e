import type { Evidence } from '../../nouns/check';
import { formatCount } from '../../plan/format';
import { demandsOf } from '../connection-pool/demand';
import { bestAtOnce, formula } from '../connection-pool/size';
import type { GuideFacts } from '../facts';
import { fact } from '../support/evidence';
import { seen } from '../support/known';
import { breakingUses, proposedMode } from './breaking-uses';
import { defaults } from './poolers';

/** What PgBouncer should be told, for each of its processes. */
export interface PoolSizes {
  readonly mode: 'session' | 'transaction';
  readonly replicas: number;
  readonly defaultPoolSize: number;
  /** For those that wait longer than reserve_pool_timeout. */
  readonly reservePoolSize: number;
  readonly maxClientConnections: number;
  readonly maxPreparedStatements: number;
}

/** In a cluster two, so that one can be restarted; each can serve all clients. */
const inCluster = 2;

/** Of the server's connections: the rest is for people, jobs, migrations and what does not go through PgBouncer. A guess. */
const share = 0.8;

/** PgBouncer's own default since 1.24. */
const preparedStatements = 200;

/** In all, on a small machine, too: in a transaction that waits for its program a connection does nothing. A guess. */
const atLeast = 10;

/** So many more than work now are left for what comes. A guess. */
const headroom = 1.5;

/**
 * Server connections in all: cores × 2 + 1 (PostgreSQL's wiki), but no fewer than 10 and than work now with some room, and at most 80 % of
 * what the server takes; divided by the replicas, with a tenth as reserve. Without cores PgBouncer's default of 20 counts. In session mode each client
 * holds one, so it is what the pools may open.
 * Clients: twice those of all pools, at least 1,000: one costs 2 kB (https://www.pgbouncer.org/features.html).
 */
export function proposedSizes(facts: GuideFacts, replicas = inCluster): PoolSizes {
  const { health, machine, workspace } = facts;
  const connections = seen(health?.activity.connections);
  const most = connections ? connections.maxConnections - connections.reserved : 97;
  const clients = workspace && health ? demandsOf(workspace, health.server.isReplica).total : 0;
  const active = connections?.byState.find(({ name }) => name === 'active')?.count ?? 0;
  const mode = proposedMode(workspace ? breakingUses(workspace) : []);
  const best = Math.max(bestAtOnce(machine) ?? defaults.defaultPoolSize, atLeast, Math.ceil(active * headroom));
  const wanted = mode === 'session' ? Math.max(best, clients) : best;
  const together = Math.max(replicas, Math.min(wanted, Math.floor(most * share)));
  const each = Math.max(1, Math.floor(together / replicas));
  const reserve = each >= 5 ? Math.max(1, Math.floor(each / 10)) : 0;
  return {
    mode,
    replicas,
    defaultPoolSize: each - reserve,
    reservePoolSize: reserve,
    maxClientConnections: Math.max(1_000, Math.ceil((clients * 2) / 100) * 100),
    maxPreparedStatements: preparedStatements,
  };
}

export function sizesEvidence(sizes: PoolSizes): Evidence[] {
  return [
    fact('Proposed pool_mode', sizes.mode, { source: 'by what the code needs of a session' }),
    fact('Proposed default_pool_size', `${formatCount(sizes.defaultPoolSize)} for each of ${sizes.replicas}`, {
      raw: sizes.defaultPoolSize,
      source: formula,
    }),
    fact('Proposed max_client_conn', formatCount(sizes.maxClientConnections), {
      raw: sizes.maxClientConnections,
      source: 'twice what all pools may open; a client costs 2 kB: pgbouncer.org/features.html',
    }),
  ];
}
