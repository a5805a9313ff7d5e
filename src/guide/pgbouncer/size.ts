import type { Connections } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import { formatCount, formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { demandsOf } from '../connection-pool/demand';
import { bestAtOnce, formula } from '../connection-pool/size';
import type { GuideFacts } from '../facts';
import { fact } from '../support/evidence';
import { withSection } from '../support/known';
import { attention, notApplicable, passed, unknown } from '../support/results';
import { duration } from '../support/wording';
import { poolerFixes } from './fixes';
import { type Pooler, poolersOf } from './poolers';
import { proposedSizes, sizesEvidence } from './sizes';

/** A client that waits as long is noticed: a guess. In s. */
const longWait = 1;

/** Times the formula's number: as in the check of pools. A guess. */
const muchMore = 4;

/** Whether the pooler opens what the server takes and works best with, and takes the clients that there are. */
export const poolerSize: Check = {
  id: 'pgbouncer/size',
  point: 'pgbouncer',
  title: 'The pooler’s sizes fit',
  needs: ['health', 'code', 'machine'],
  judge(facts) {
    const [pooler] = poolersOf(facts);
    if (!pooler) {
      return notApplicable('No pooler is known.', {
        evidence: facts.health ? sizesEvidence(proposedSizes(facts)) : [],
      });
    }
    return withSection(
      facts,
      ({ activity }) => activity.connections,
      (connections) => judgeSizes(pooler, connections, facts),
    );
  },
};

function judgeSizes(pooler: Pooler, connections: Connections, facts: GuideFacts): CheckResult {
  const { name, defaultPoolSize, maxClientConnections, replicas, clients, place } = pooler;
  if (defaultPoolSize === undefined || maxClientConnections === undefined) {
    return unknown(`The sizes of ${name} could not be seen.`, [
      pooler.missing ?? 'No manifest of the workspace has them.',
    ]);
  }
  const most = connections.maxConnections - connections.reserved;
  const together = defaultPoolSize * replicas;
  const best = bestAtOnce(facts.machine);
  const details = {
    evidence: evidenceOf(pooler, { most, together, best }),
    ...(place && { places: [place] }),
  };
  const sum =
    replicas > 1 ? `${formatCount(defaultPoolSize)} × ${replicas} = ${formatCount(together)}` : formatCount(together);
  const fixes = poolerFixes(facts);
  if (together > most) {
    return attention(
      `${name} may open ${sum} connections for each user of a database; the server takes ${formatCount(most)}.`,
      { ...details, fixes },
    );
  }
  const opened = clientsOf(facts);
  if (opened > maxClientConnections * replicas) {
    return attention(
      `The pools may open ${formatCount(opened)} connections to ${name}, which takes ${formatCount(maxClientConnections * replicas)}: “no more connections allowed (max_client_conn)”.`,
      { ...details, fixes },
    );
  }
  if (clients && clients.waiting > 0 && clients.longestWaitSeconds >= longWait) {
    return attention(
      `${formatCounted(clients.waiting, 'client waits', 'clients wait')} for a connection, the first for ${duration(clients.longestWaitSeconds)}: ${formatCount(together)} are too few, or transactions too long.`,
      details,
    );
  }
  if (
    pooler.mode !== 'session' &&
    best !== undefined &&
    together > Math.max(best * muchMore, activeNow(connections) * 2)
  ) {
    return attention(
      `${name} may open ${sum} connections; the server’s ${formatCount(facts.machine?.cores ?? 0)} cores do most with about ${formatCount(best)} at once.`,
      { ...details, fixes },
    );
  }
  return passed(
    `${name} opens at most ${sum} connections for each user of a database; the server takes ${formatCount(most)}.`,
    details,
  );
}

/** Connections that programs may open to the pooler. */
function clientsOf({ workspace, health }: GuideFacts): number {
  if (!workspace) return 0;
  const { all } = demandsOf(workspace, health?.server.isReplica ?? false);
  return all
    .filter(({ pooler }) => pooler !== undefined)
    .reduce((sum, { max = 0, copies }) => sum + max * copies.count, 0);
}

const activeNow = ({ byState }: Connections): number => byState.find(({ name }) => name === 'active')?.count ?? 0;

function evidenceOf(
  { defaultPoolSize = 0, maxClientConnections = 0, replicas, source, clients }: Pooler,
  { most, together, best }: { most: number; together: number; best: number | undefined },
) {
  return [
    fact('default_pool_size', formatCount(defaultPoolSize), { raw: defaultPoolSize, source }),
    fact('max_client_conn', formatCount(maxClientConnections), { raw: maxClientConnections, source }),
    fact('Processes of the pooler', formatCount(replicas), { raw: replicas }),
    fact('Connections to the server at most', formatCount(together), {
      raw: together,
      source: 'for each pair of user and database',
    }),
    fact('Connections that the server takes', formatCount(most), {
      raw: most,
      source: 'max_connections without reserved ones',
    }),
    ...(best === undefined ? [] : [fact('Work best at once', formatCount(best), { raw: best, source: formula })]),
    ...(clients
      ? [fact('Clients that wait', formatCount(clients.waiting), { raw: clients.waiting, source: 'SHOW POOLS' })]
      : []),
  ];
}
