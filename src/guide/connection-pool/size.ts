import type { Activity, Connections, Health } from '../../database/health/health';
import type { CheckResult, Evidence, GuideFix } from '../../nouns/check';
import { formatCount } from '../../plan/format';
import type { Check } from '../check';
import type { GuideFacts, MachineFacts, WorkspaceFacts } from '../facts';
import { fact } from '../support/evidence';
import { seen, whyMissing, withSection } from '../support/known';
import { attention, failed, notApplicable, passed, unknown } from '../support/results';
import { type Demands, demandsOf, demandTable } from './demand';
import { largerPools, moreConnections, smallerPools } from './size-fixes';

/**
 * https://wiki.postgresql.org/wiki/Number_Of_Database_Connections and https://github.com/brettwooldridge/HikariCP/wiki/About-Pool-Sizing:
 * so many connections do most work at once. The wiki knows of no figure for SSDs; HikariCP's page counts one disk.
 */
export const formula =
  'cores × 2 + 1 disk: PostgreSQL’s wiki “Number Of Database Connections”, HikariCP’s “About Pool Sizing”';

/** The formula's number times this may work at once before it is worth a word: a guess, as the formula is a starting point. */
const muchMore = 4;

/** Of the pools' connections: so many at work, twice in a row, leave none for the next request. A guess. */
const nearlyAll = 0.9;

/** Pools of all processes together against what the server takes, what works best at once, and what works now. */
export const poolSize: Check = {
  id: 'connection-pool/size',
  point: 'connection-pool',
  title: 'Pools fit the server',
  needs: ['health', 'code', 'machine', 'rates'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    if (workspace.pools.length === 0) return notApplicable('No pool of connections is made in the workspace’s code.');
    return withSection(
      facts,
      ({ activity }) => activity.connections,
      (connections, health) => judgeSize(facts, { connections, health, workspace }),
    );
  },
};

interface Known {
  readonly connections: Connections;
  readonly health: Health;
  readonly workspace: WorkspaceFacts;
}

function judgeSize(facts: GuideFacts, { connections, health, workspace }: Known): CheckResult {
  const demands = demandsOf(workspace, health.server.isReplica);
  const most = connections.maxConnections - connections.reserved;
  const best = bestAtOnce(facts.machine);
  const working = workingIn(health.activity);
  const evidence = evidenceOf(demands, { connections, most, best, working });
  const missing = [...demands.unknown, ...(best === undefined ? [whyMissing(facts, 'machine')] : [])];
  const details = { evidence, ...(missing.length > 0 && { missing }) };
  const { total } = demands;
  const direct = demands.all.filter(({ pooler }) => pooler === undefined);
  if (demands.all.length > 0 && direct.length === 0) {
    return passed('All pools go to a pooler, which opens the connections to the server.', details);
  }
  if (total === 0) return unknown('How many connections the pools may open is not known.', missing);
  const together = `The pools may open ${formatCount(total)} connections${sumOf(demands)}`;
  const places = direct.map(({ pool }) => ({ uri: pool.path, range: pool.range, message: 'The pool is made here.' }));
  const told = { ...details, places };
  if (total > most) {
    const says = `${together}; the server takes ${formatCount(most)}.`;
    const fixes: GuideFix[] = [
      ...smallerPools(demands, fitting(most), 'fit the server'),
      ...moreConnections(health, connections, total, facts.machine),
    ];
    return connections.total >= most
      ? failed(`${says} All of these are taken: new ones are refused.`, { ...told, fixes })
      : attention(`${says} A burst of requests is refused.`, { ...told, fixes });
  }
  const before = facts.earlier && workingIn(facts.earlier);
  if (best !== undefined && working > best * 2 && (before ?? working) > best * 2) {
    const says = `${formatCount(working)} connections work at once on ${formatCount(facts.machine?.cores ?? 0)} cores, which do most with about ${formatCount(best)}: they take turns.`;
    return attention(says, { ...told, fixes: smallerPools(demands, best, 'is what the cores can do') });
  }
  if (best !== undefined && total > best * muchMore) {
    const says = `${together}; the server’s ${formatCount(facts.machine?.cores ?? 0)} cores do most with about ${formatCount(best)} at once.`;
    const why = `is ${muchMore} times what works best at once`;
    return attention(says, { ...told, fixes: smallerPools(demands, best * muchMore, why) });
  }
  const isFull = total > 0 && working >= total * nearlyAll && before !== undefined && before >= total * nearlyAll;
  if (isFull && working <= total) {
    const room = best !== undefined && best > total;
    const says = `All ${formatCount(total)} connections of the pools work, in two samples: requests wait for one.`;
    return attention(room ? `${says} The server could do ${formatCount(best)} at once.` : says, {
      ...told,
      fixes: room ? largerPools(demands, Math.min(best, fitting(most))) : [],
    });
  }
  return passed(`${together}; the server takes ${formatCount(most)}.`, details);
}

/** Some are to be left for people and tools; the wiki's page asks for “a few”. */
function fitting(most: number): number {
  return Math.max(1, most - Math.max(3, Math.ceil(most / 10)));
}

/** Undefined where the cores are not known. */
export function bestAtOnce(machine: MachineFacts | undefined): number | undefined {
  return machine?.cores === undefined ? undefined : machine.cores * 2 + 1;
}

/** Active backends that wait for neither a lock nor their client. */
function workingIn({ connections }: Activity): number {
  const found = seen(connections);
  const active = found?.byState.find(({ name }) => name === 'active')?.count ?? 0;
  const waiting = (found?.byWait ?? []).filter(({ name }) => /^(?:Lock|Client)\b/.test(name));
  return Math.max(0, active - waiting.reduce((sum, { count }) => sum + count, 0));
}

/** ` (50 × 3 replicas of api)` */
function sumOf({ all }: Demands): string {
  const counted = all.filter(({ max, pooler }) => max !== undefined && pooler === undefined);
  // Pools of the same processes are told together: `10 + 20 in one process`.
  const places = [...new Set(counted.map(({ copies }) => copies.says))];
  const parts = places.map((says) => {
    const own = counted.filter(({ copies }) => copies.says === says);
    return `${own.map(({ max = 0 }) => formatCount(max)).join(' + ')} in ${says}`;
  });
  return counted.length > 3 ? '' : ` (${parts.join('; ')})`;
}

function evidenceOf(
  demands: Demands,
  {
    connections,
    most,
    best,
    working,
  }: { connections: Connections; most: number; best: number | undefined; working: number },
): Evidence[] {
  return [
    fact('Connections that the pools may open', formatCount(demands.total), { raw: demands.total }),
    fact('Connections that the server takes', formatCount(most), {
      raw: most,
      source: 'max_connections without reserved ones',
    }),
    fact('Open now, of all programs', formatCount(connections.total), { raw: connections.total }),
    fact('At work now', formatCount(working), { raw: working, source: 'active, and not waiting for a lock' }),
    ...(best === undefined ? [] : [fact('Work best at once', formatCount(best), { raw: best, source: formula })]),
    demandTable(demands),
  ];
}
