import { resource } from '../bottleneck/resource';
import { poolSize } from '../connection-pool/size';
import { missingIndexes } from '../indexes/missing';
import { statistics } from '../maintenance/statistics';
import { tableScans } from '../slow-queries/table-scans';
import { topStatements } from '../slow-queries/top-statements';
import { type Advice, concluded, type Diagnosis } from './diagnosis';

const advices: readonly Advice[] = [
  {
    check: topStatements,
    advice: 'Mend this statement first: an index or a smaller question takes less of the CPU at once.',
  },
  { check: missingIndexes, advice: 'Create it: the planner has proved what it saves.' },
  { check: tableScans, advice: 'Look for a missing index: reading a whole table costs the CPU for every row of it.' },
  { check: statistics, advice: 'Run ANALYZE: with old statistics the planner chooses plans that read far too much.' },
  { check: poolSize, advice: 'Let fewer connections work at once: more of them than cores only wait for each other.' },
  {
    check: resource,
    advice: 'This is what is short now; where it is not the CPU, the high usage may be of another moment or program.',
    isSymptom: true,
  },
];

/** The guide: slow queries, missing indexes, table scans. */
export const highCpu: Diagnosis = {
  id: 'high-cpu',
  title: 'High CPU usage',
  checks: advices.map(({ check }) => check),
  conclude: (results) =>
    concluded(
      results,
      advices,
      'Nothing that was asked explains it: no statement wastes time, and no core is short. Ask again while it is high.',
    ),
};
