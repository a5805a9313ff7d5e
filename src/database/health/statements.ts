import type { StatementStatistics } from './health';
import { type Circumstances, hidden, type SectionReader, section } from './reading';
import {
  type CountedStatements,
  findStatementSource,
  type Ranking,
  readCounted,
  whyNotCounted,
} from './statement-source';

/** At most 480 together. */
const ranking: Ranking = {
  orders: [
    '"totalMs"',
    '"meanMs"',
    'calls',
    '"sharedHits" + "sharedReads"',
    '"temporaryRead" + "temporaryWritten"',
    '"walBytes"',
  ],
  most: 80,
  textLength: 50_000,
};

/** What pg_stat_statements counted in this database. */
export const readStatements: SectionReader<StatementStatistics> = async (query, circumstances) => {
  const source = await findStatementSource(query);
  const why = whyNotCounted(source);
  if (why) return { missing: `${why.says} ${why.remedy}` };
  const counted = await readCounted(query, source, ranking);
  const { since, evictions, statements, totalMs, totalCalls } = counted;
  const { maxEntries, tracksIoTiming } = source;
  return section(
    {
      ...(since !== null && { since }),
      ...(evictions !== null && { evictions }),
      ...(maxEntries !== null && { maxEntries }),
      tracksIoTiming,
      statements,
      totalMs,
      totalCalls,
      ...(counted.hiddenCount > 0 && { hiddenMs: counted.hiddenMs }),
    },
    hiddenOf(counted, circumstances),
  );
};

function hiddenOf({ hiddenCount, hiddenMs, totalMs }: CountedStatements, circumstances: Circumstances): string | false {
  const share = totalMs > 0 ? ` (${Math.round((100 * hiddenMs) / totalMs)} % of the time)` : '';
  return hiddenCount > 0 && hidden(`The statements of other users${share}`, circumstances);
}
