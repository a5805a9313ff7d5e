import type { Connections } from '../../database/health/health';
import type { Evidence } from '../../nouns/check';
import { formatCount } from '../../plan/format';
import type { Check } from '../check';
import { fact, table } from '../support/evidence';
import { withSection } from '../support/known';
import { attention, failed, passed } from '../support/results';

/** Of the connections that programs may take. Beyond it a burst of requests fails; no published figure says when. */
const nearlyAll = 0.8;

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
      (found) => {
        const { total } = found;
        const most = found.maxConnections - found.reserved;
        const share = most > 0 ? total / most : 1;
        const idle = found.byState.find(({ name }) => name === 'idle in transaction')?.count ?? 0;
        const also = idle > 0 ? `, ${formatCount(idle)} of them idle in a transaction` : '';
        const says = `${formatCount(total)} of ${formatCount(most)} connections are taken${also}.`;
        const evidence = evidenceOf(found, share);
        if (total >= most) return failed(says, { evidence });
        return share >= nearlyAll ? attention(says, { evidence }) : passed(says, { evidence });
      },
    ),
};

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
