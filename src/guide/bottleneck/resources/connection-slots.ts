import { formatCount } from '../../../plan/format';
import { fact } from '../../support/evidence';
import { seen } from '../../support/known';
import { slotsOf } from '../connections';
import type { Resource } from './verdict';

/** Connections against max_connections, as the check of their name has it. */
export const connectionSlots: Resource = {
  name: 'Connections',
  verb: 'are',
  judge(_, { activity }) {
    const found = seen(activity.connections);
    if (!found) return { state: 'unknown', says: 'the connections cannot be seen' };
    const { taken, most, idle, state } = slotsOf(found);
    const says = `${formatCount(taken)} of ${formatCount(most)} connections ${taken === 1 ? 'is' : 'are'} taken`;
    return {
      state: state === 'failed' ? 'short' : state === 'attention' ? 'near' : 'enough',
      says,
      evidence: [fact('Idle in a transaction', formatCount(idle), { raw: idle })],
    };
  },
};
