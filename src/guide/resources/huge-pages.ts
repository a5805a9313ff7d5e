import type { GuideFix } from '../../nouns/check';
import type { Check } from '../check';
import { attention, notApplicable, passed } from '../support/results';
import { gigabyte, withSettings } from './machine';
import { amountOf, manual, presentOf, proposalFixes, proposalTable } from './proposal';

/** “Large” in the manual; from so much on the page tables of some hundred sessions take gigabytes, too. A guess. */
const large = 8 * gigabyte;
const source = manual('kernel-resources.html#LINUX-HUGE-PAGES');

/** With much shared memory, pages of 4 kB cost memory for their tables in each session, and CPU. */
export const hugePages: Check = {
  id: 'resources/huge-pages',
  point: 'resources',
  title: 'Large shared memory is in huge pages',
  needs: ['health'],
  judge: (facts) =>
    withSettings(facts, (health) => {
      const buffers = amountOf(health, 'shared_buffers');
      const present = presentOf(health, 'huge_pages');
      if (buffers === undefined || present === undefined) return notApplicable('The server does not show huge_pages.');
      if (health.server.hosting !== 'self-managed') return notApplicable('The service takes care of it.');
      if (presentOf(health, 'dynamic_shared_memory_type') === 'windows') {
        return notApplicable('It is a matter of Linux; this is Windows.');
      }
      const says = `shared_buffers is ${presentOf(health, 'shared_buffers')}`;
      if (buffers < large) return notApplicable(`${says}: too little for huge pages to matter.`);
      // Since 17; before, 'try' does not tell whether it succeeded.
      const status = presentOf(health, 'huge_pages_status');
      if (status === 'on' || present === 'on') return passed(`${says}, in huge pages.`);
      const fixes = [reserve(presentOf(health, 'shared_memory_size_in_huge_pages'))];
      if (present === 'off') {
        const proposed = [
          { name: 'huge_pages', to: 'try', why: 'The default: it takes them where there are.', source },
        ];
        return attention(`${says}, and huge_pages is off.`, {
          evidence: [proposalTable(health, proposed)],
          fixes: [...fixes, ...proposalFixes(health, proposed)],
        });
      }
      if (status === 'off') return attention(`${says}, and the system had no huge pages for it.`, { fixes });
      return passed(`${says}, in huge pages where the system has reserved them; before 17 nothing tells.`, { fixes });
    }),
};

/** The number is known since 15. */
function reserve(pages: string | undefined): GuideFix {
  const isKnown = pages !== undefined && Number(pages) > 0;
  return {
    kind: 'command',
    title: 'Reserve huge pages on the server’s machine',
    command: `sudo sysctl -w vm.nr_hugepages=${isKnown ? pages : '<pages>'}`,
    placeholders: isKnown
      ? []
      : ['<pages>: shared memory in pages of 2 MB; postgres -C shared_memory_size_in_huge_pages prints it since 15.'],
    note: 'Put it in /etc/sysctl.d to keep it, and restart PostgreSQL. The memory is then for nothing else.',
  };
}
