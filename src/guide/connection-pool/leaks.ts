import { formatCounted } from '../../plan/format';
import type { Check } from '../check';
import { whyMissing } from '../support/known';
import { failed, notApplicable, passed, unknown } from '../support/results';
import { detailsOf, ofRules } from './findings';

/** Of Go and of Java only the pools are read. */
const unread = /^(?:database\/sql|pgxpool|hikari)$/;

/** Connections that the program takes and does not give back on every way: after enough of them the pool is empty, and requests hang. */
export const poolLeaks: Check = {
  id: 'connection-pool/leaks',
  point: 'connection-pool',
  title: 'Connections are given back',
  needs: ['code'],
  judge(facts) {
    const { workspace } = facts;
    if (!workspace) return unknown('The workspace was not read.', [whyMissing(facts, 'code')]);
    const found = ofRules(workspace, 'connection-leak');
    const [first] = found;
    if (!first && workspace.pools.length === 0) {
      return notApplicable('No pool of connections is made in the workspace’s code.');
    }
    if (!first && workspace.pools.every(({ library }) => unread.test(library))) {
      return notApplicable(
        'Leaks are looked for in JavaScript, Python and Ruby; these pools are those of other languages.',
      );
    }
    if (!first)
      return passed('Every connection that the code takes is given back on every way, as far as it can be followed.');
    const places = formatCounted(found.length, 'place');
    return failed(
      `In ${places} a connection is not given back on every way: ${first.finding.message}`,
      detailsOf(found),
    );
  },
};
