import { formatCount } from '../../plan/format';
import { type GuideItem, note } from './guide-item';
import type { RowsWanted } from './guide-view';

/** More rows than that nobody reads; the filter finds the others. */
const most = 200;

/** Only the rows that are shown are made. */
export function longList<T>(id: string, all: readonly T[], row: (one: T) => GuideItem): GuideItem[] {
  const rows = all.slice(0, most).map(row);
  const rest = all.length - most;
  if (rest <= 0) return rows;
  return [...rows, note(`${id}:more`, `… and ${formatCount(rest)} more: filter them`, 'ellipsis')];
}

/** Whether the text has all words of the filter. */
export function fits(text: string, { words }: RowsWanted): boolean {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}
