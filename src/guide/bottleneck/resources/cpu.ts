import { formatCounted } from '../../../plan/format';
import { fact } from '../../support/evidence';
import { whyMissing } from '../../support/known';
import { activeSessions, sessionsText } from './active-sessions';
import type { Resource } from './verdict';

/** As for connections: no published figure says when it is nearly all. */
const nearlyAll = 0.8;
const source =
  'Sessions that work and wait for nothing, on average; more of them than cores wait for a core (the "Max vCPU" line of RDS Performance Insights)';

/** Sessions that compute against the cores. Parallel workers compute too and are not among the sessions. */
export const cpu: Resource = {
  name: 'CPU',
  verb: 'is',
  judge(facts) {
    const active = activeSessions(facts);
    if (!active) return { state: 'unknown', says: 'what the sessions do is hidden' };
    const busy = active.by.cpu;
    const cores = facts.machine?.cores;
    const evidence = [fact('Sessions that compute', sessionsText(busy), { raw: busy, source })];
    if (cores === undefined) {
      if (busy < 1) return { state: 'enough', says: 'no session computes', evidence };
      const missing = facts.machine ? 'How many cores the server has is not known.' : whyMissing(facts, 'machine');
      return { state: 'unknown', says: `${sessionsText(busy)} sessions compute`, evidence, missing };
    }
    const says = `${sessionsText(Math.min(busy, cores))} of ${formatCounted(cores, 'core')} ${cores === 1 ? 'is' : 'are'} busy`;
    const known = [...evidence, fact('Cores', String(cores), { raw: cores, source: facts.machine?.source })];
    if (busy > cores) {
      return {
        state: 'short',
        says: `${sessionsText(busy)} sessions compute on ${formatCounted(cores, 'core')}`,
        evidence: known,
      };
    }
    return { state: busy >= cores * nearlyAll && busy >= 1 ? 'near' : 'enough', says, evidence: known };
  },
};
