import type { DatabaseCounters, Health, HitsAndReads, TableHealth } from '../../database/health/health';
import type { Evidence } from '../../nouns/check';
import { formatBytes, formatCount } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import type { Check } from '../check';
import type { GuideFacts } from '../facts';
import { fact, table } from '../support/evidence';
import { seen, withSection } from '../support/known';
import { recently } from '../support/recent';
import { attention, notApplicable, passed } from '../support/results';
import { duration, percent, secondsBetween } from '../support/wording';

/** The guide's; also that of Heroku's "Understanding Postgres performance". */
const enough = 0.99;
const blockBytes = 8_192;
const source = 'hits / (hits + reads) of pg_statio_user_tables and _indexes; the guide wants more than 99 %';

/**
 * Blocks found in shared_buffers against those read from the operating system. After a start every block is read once, which no
 * memory can avoid: only reads beyond one filling of shared_buffers (or of the whole database, if that is smaller) count
 * as misses, so that a fresh or small database is not blamed.
 */
export const hitRatio: Check = {
  id: 'bottleneck/hit-ratio',
  point: 'bottleneck',
  title: 'Data is found in memory',
  needs: ['health', 'rates'],
  judge: (facts) =>
    withSection(
      facts,
      ({ activity }) => activity.counters,
      (counters, health) => {
        const { tableBlocks, indexBlocks } = counters;
        const both = { hits: tableBlocks.hits + indexBlocks.hits, reads: tableBlocks.reads + indexBlocks.reads };
        const ratio = ratioOf(both);
        if (ratio === undefined) return notApplicable('No block of a table was asked for yet.');
        const evidence = evidenceOf(counters, health, facts);
        const says = `${percent(ratio)} of the blocks were found in memory${sinceText(counters, health)}`;
        if (ratio >= enough) return passed(`${says}.`, { evidence });
        const accesses = both.hits + both.reads;
        if ((both.reads - firstReading(health)) / accesses <= 1 - enough) {
          return passed(`${says}; the others are little more than the first reading of what is in memory now.`, {
            evidence,
          });
        }
        const most = mostReads(health)[0];
        const who = most ? ` Most reads are of ${nameOf(most)} (${formatCount(most.blocks.reads)} blocks).` : '';
        return attention(`${says}, less than 99 %.${who} An index or a smaller query first; then more memory.`, {
          evidence,
        });
      },
    ),
};

/** Undefined where nothing was asked for. */
export function ratioOf({ hits, reads }: HitsAndReads): number | undefined {
  const all = hits + reads;
  return all > 0 ? hits / all : undefined;
}

/** Of tables and indexes together between two samples; undefined without a second one, or after a reset between them. */
export function recentBlocks(facts: GuideFacts): (HitsAndReads & { readonly seconds: number }) | undefined {
  const recent = recently(facts);
  const hits = recent?.growth(({ tableBlocks, indexBlocks }) => tableBlocks.hits + indexBlocks.hits);
  const reads = recent?.growth(({ tableBlocks, indexBlocks }) => tableBlocks.reads + indexBlocks.reads);
  return !recent || hits === undefined || reads === undefined ? undefined : { hits, reads, seconds: recent.seconds };
}

/** Blocks that must be read once before they can be found in memory. */
function firstReading({ server, settings }: Health): number {
  const buffers = seen(settings)?.shared_buffers?.amount;
  return Math.min(server.databaseBytes ?? Number.POSITIVE_INFINITY, buffers ?? 0) / blockBytes;
}

function sinceText({ since }: DatabaseCounters, { readAt }: Health): string {
  const seconds = secondsBetween(since, readAt);
  return seconds === undefined ? '' : ` in the last ${duration(seconds)}`;
}

function evidenceOf({ tableBlocks, indexBlocks }: DatabaseCounters, health: Health, facts: GuideFacts): Evidence[] {
  const recent = recentBlocks(facts);
  const buffers = seen(health.settings)?.shared_buffers?.amount;
  return [
    ...ratioFact('Tables', tableBlocks),
    ...ratioFact('Indexes', indexBlocks),
    ...(recent ? ratioFact(`Both, in the last ${duration(recent.seconds)}`, recent) : []),
    ...(buffers === undefined ? [] : [fact('shared_buffers', formatBytes(buffers), { raw: buffers })]),
    table(
      'Most reads',
      ['Table', '#Blocks read', '#Found in memory', '#Size', '#Sequential scans'],
      mostReads(health).map((one) => [
        nameOf(one),
        formatCount(one.blocks.reads),
        percent(ratioOf(one.blocks) ?? 1),
        formatBytes(one.heapBytes + one.toastBytes),
        formatCount(one.sequentialScans),
      ]),
    ),
  ];
}

function ratioFact(label: string, blocks: HitsAndReads): Evidence[] {
  const ratio = ratioOf(blocks);
  if (ratio === undefined) return [];
  return [
    fact(label, `${percent(ratio)} of ${formatCount(blocks.hits + blocks.reads)} blocks`, { raw: ratio, source }),
  ];
}

const mostReads = ({ tables }: Health): TableHealth[] =>
  (seen(tables) ?? [])
    .filter(({ blocks }) => blocks.reads > 0)
    .sort((a, b) => b.blocks.reads - a.blocks.reads)
    .slice(0, 10);

const nameOf = ({ schema, name }: TableHealth): string => qualifiedName(schema, name);
