import type { Connections } from '../../database/health/health';
import type { CheckResult } from '../../nouns/check';
import { formatCount, formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { type Demands, demandsOf, demandTable } from '../connection-pool/demand';
import type { GuideFacts, WorkspaceFacts } from '../facts';
import { fact } from '../support/evidence';
import { whyMissing, withSection } from '../support/known';
import { type Recent, recently } from '../support/recent';
import { attention, failed, notApplicable, passed, unknown } from '../support/results';
import { duration } from '../support/wording';
import { breakingUses, placesOf, summary, usesTable } from './breaking-uses';
import { redirections } from './files/redirections';
import { isLocal } from './files/target';
import { poolerFixes } from './fixes';
import { type Pooler, poolersOf, type Target, targetsOf } from './poolers';
import { proposedSizes, sizesEvidence } from './sizes';

/** Of the connections that programs may take: as in the check of connections. */
const nearlyAll = 0.8;

/** New connections a second. Each is a process that the server starts; from when on that is worth a pooler nobody has published: a guess. */
const manyNew = 10;

/** Whether a pooler stands before the server, and whether it would help where none does. */
export const needed: Check = {
  id: 'pgbouncer/needed',
  point: 'pgbouncer',
  title: 'Connections are pooled where that helps',
  needs: ['health', 'rates', 'code', 'machine'],
  judge(facts) {
    const poolers = poolersOf(facts);
    const used = poolers.find(({ isUsed }) => isUsed);
    if (used) return passed(`Programs reach the server through ${used.name}: ${used.source}.`, placesIn(used));
    const [deployed] = poolers;
    if (deployed && targetsOf(facts).some(tells)) return passedBy(deployed, facts);
    if (deployed) {
      return unknown(`${deployed.name} is in ${deployed.source}; whether programs go through it is not known.`, [
        'No variable or option of the workspace says the host that programs connect to.',
      ]);
    }
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    return withSection(
      facts,
      ({ activity }) => activity.connections,
      (connections, { server }) => judgeLoad(facts, connections, workspace, demandsOf(workspace, server.isReplica)),
    );
  },
};

/** What a program is told, and not an example for a person's own machine. */
const tells = ({ host, reference }: Target): boolean =>
  host !== undefined && !isLocal(host) && (reference === undefined || reference.program !== undefined);

/** It runs for nobody. */
function passedBy(pooler: Pooler, facts: GuideFacts): CheckResult {
  return attention(`${pooler.name} is in ${pooler.source}, but nothing connects to it.`, {
    ...placesIn(pooler),
    fixes: redirections(facts),
  });
}

const placesIn = ({ place }: Pooler) => (place ? { places: [place] } : {});

function judgeLoad(
  facts: GuideFacts,
  connections: Connections,
  workspace: WorkspaceFacts,
  demands: Demands,
): CheckResult {
  const most = connections.maxConnections - connections.reserved;
  const opened = newConnections(recently(facts));
  const reasons = [
    ...(connections.total >= most * nearlyAll
      ? [`${formatCount(connections.total)} of ${formatCount(most)} connections are taken`]
      : []),
    ...(demands.total > most
      ? [`the pools may open ${formatCount(demands.total)} connections, and the server takes ${formatCount(most)}`]
      : []),
    ...(opened !== undefined && opened.perSecond >= manyNew
      ? [
          `${formatCount(opened.count)} connections were opened in ${duration(opened.seconds)}, each a new process of the server`,
        ]
      : []),
    ...(demands.all.some(({ pool, pooler }) => pool.isServerless && pooler === undefined)
      ? ['functions in a cloud open connections, each instance its own']
      : []),
  ];
  const evidence = [
    fact('Connections', `${formatCount(connections.total)} of ${formatCount(most)}`, { raw: connections.total }),
    ...(opened
      ? [fact('New connections', `${formatCount(Math.round(opened.perSecond))} a second`, { raw: opened.perSecond })]
      : []),
    ...(demands.all.length > 0 ? [demandTable(demands)] : []),
  ];
  if (reasons.length === 0) {
    const few =
      demands.total > 0
        ? `The pools open at most ${formatCount(demands.total)} connections`
        : `${formatCounted(connections.total, 'connection is', 'connections are')} open`;
    return notApplicable(`${few}, the server takes ${formatCount(most)}: a pooler would only be one more hop.`, {
      evidence,
    });
  }
  const uses = breakingUses(workspace);
  const [first = '', ...others] = reasons;
  const breaks = uses.length > 0 ? ` Behind it this needs a connection of its own: ${summary(uses)}.` : '';
  const says = `${first[0]?.toUpperCase()}${first.slice(1)}${others.map((one) => `; ${one}`).join('')}: PgBouncer lets many clients share a few.${breaks}`;
  const details = {
    evidence: [...evidence, ...sizesEvidence(proposedSizes(facts)), ...(uses.length > 0 ? [usesTable(uses)] : [])],
    places: placesOf(uses),
    fixes: poolerFixes(facts),
  };
  return connections.total >= most ? failed(says, details) : attention(says, details);
}

interface NewConnections {
  readonly count: number;
  readonly seconds: number;
  readonly perSecond: number;
}

/** Since 14; between two samples. */
function newConnections(recent: Recent | undefined): NewConnections | undefined {
  const count = recent?.growth(({ sessions }) => sessions);
  if (!recent || count === undefined) return undefined;
  return { count, seconds: recent.seconds, perSecond: count / recent.seconds };
}
