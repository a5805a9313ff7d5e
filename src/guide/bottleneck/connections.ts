import type { Connections } from '../../database/health/health';
import type { CheckState, Evidence } from '../../nouns/check';
import { formatCount } from '../../plan/format';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { withSection } from '../support/known';

/** Of the connections that programs may take. Beyond it a burst of requests fails; no published figure says when. */
const nearlyAll = 0.8;

/** A superuser is let in where nobody else is, and nobody asks. */
const ours = ' Planlight was let in as a superuser, into one of the reserved connections.';

/** Connections against max_connections, without those that are reserved for superusers. */
export const connections: Check = {
  id: 'bottleneck/connections',
  point: 'bottleneck',
  title: 'Connections are left',
  needs: ['health'],
  judge: (facts) =>
    withSection(
      facts,
      ({ activity }) => activity.connections,
      (found, { server }) => {
        const { taken, most, share, idle, state } = slotsOf(found);
        const also = idle > 0 ? `, ${formatCount(idle)} of them idle in a transaction` : '';
        const says = `${formatCount(taken)} of ${formatCount(most)} connections ${taken === 1 ? 'is' : 'are'} taken${also}.${state === 'failed' && server.isSuperuser ? ours : ''}`;
        const evidence = evidenceOf(found, share);
        return { state, says, evidence };
      },
    ),
};

/** Connections against those that programs may take: max_connections without what is reserved for superusers. */
export function slotsOf({ total: taken, maxConnections, reserved, byState }: Connections) {
  const most = maxConnections - reserved;
  const share = most > 0 ? taken / most : 1;
  const idle = byState
    .filter(({ name }) => name.startsWith('idle in transaction'))
    .reduce((sum, { count }) => sum + count, 0);
  const state: CheckState = taken >= most ? 'failed' : share >= nearlyAll ? 'attention' : 'passed';
  return { taken, most, share, idle, state };
}

function evidenceOf({ maxConnections, reserved, ...by }: Connections, share: number): Evidence[] {
  return [
    fact('Taken', `${Math.round(share * 100)} %`, { raw: share, source: 'max_connections without reserved ones' }),
    fact('max_connections', formatCount(maxConnections), { raw: maxConnections }),
    fact('Reserved', formatCount(reserved), { raw: reserved }),
    ...(['State', 'Application', 'Wait'] as const).map((name) =>
      table(
        `By ${name.toLowerCase()}`,
        [name, '#Connections'],
        by[`by${name}`].map((one) => [one.name, formatCount(one.count)]),
      ),
    ),
  ];
}
