import type { Snapshot } from '../../database/snapshot';
import { formatBytes, formatCount, formatCounted } from '../../plan/format';
import { qualifiedName } from '../../sql/identifiers';
import { type IndexRemoval, indexRemovals } from './removals';

/**
 * The indexes that could go, as SQL for a person to read and to run piece by piece. Everything but the statements is
 * a comment.
 *
 * @param label of the database: `blog@localhost:5432`
 */
export function removalsScript(snapshot: Snapshot, label: string): string {
  const removals = indexRemovals(snapshot);
  const { counting } = snapshot;
  const whose = counting?.isStandby ? ' It is a standby, whose counters know its own queries only.' : '';
  if (removals.length === 0) {
    const why = counting
      ? ''
      : '\nWhether one is never used cannot be told: the database counts no use of its indexes, or none was asked.';
    return comment(`No duplicate, redundant, invalid or unused index in ${label}.${whose}${why}`);
  }
  const bytes = removals.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return [
    comment(
      `${formatCounted(removals.length, 'index', 'indexes')} of ${label} could go (${formatBytes(bytes)}).${whose}\nNothing was changed: run what you agree with. Where a model or a migration of the program declares an index, take it out there, too.`,
    ),
    ...removals.map(
      (removal) => `${comment(`${costs(removal)}\n${removal.reason}`)}${removal.dropSql};\n${repair(removal)}`,
    ),
  ].join('\n');
}

/** `posts_author_idx on posts: redundant, 12.3 MB, 1,000 writes a day of which 25 % of the updates …` */
function costs({ schema, table, index, kind, sizeBytes, writesPerDay, nonHotShare }: IndexRemoval): string {
  const writes = writesPerDay === undefined ? '' : `; ${formatCounted(writesPerDay, 'row')} of the table change a day`;
  const updates =
    nonHotShare === undefined ? '' : `, and ${formatCount(nonHotShare * 100)} % of the updates write to every index`;
  return `${qualifiedName(schema, index)} on ${qualifiedName(schema, table)}: ${kind}, ${formatBytes(sizeBytes)}${writes}${updates}`;
}

function repair({ repairSql }: IndexRemoval): string {
  return repairSql === undefined ? '' : comment(`Or, if it is wanted: ${repairSql};`);
}

/** A name may have line ends, behind which a comment would be none. */
function comment(text: string): string {
  return text
    .split('\n')
    .map((line) => `-- ${line.replace(/\p{Cc}+/gu, ' ')}\n`)
    .join('');
}
