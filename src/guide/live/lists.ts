import type { Section } from '../../database/health/health';
import type { TableEvidence } from '../../nouns/check';
import type { LivePanel } from '../../nouns/live';
import { formatMs } from '../../plan/format';
import { formatAge } from '../../plan/format-age';
import { table } from '../support/evidence';

/** Of lists that may be long a page shows so many; how many more there are is said. */
const mostRows = 20;

/** `nothing`: the sentence where there is nothing to show. */
export type PanelContent = Pick<LivePanel, 'facts' | 'tables' | 'tree'> & { readonly nothing?: string };

export function panelOf<T>(
  panel: Pick<LivePanel, 'id' | 'title' | 'readAt'>,
  section: Section<T>,
  content: (value: T) => PanelContent,
): LivePanel {
  if ('missing' in section) return { ...panel, notes: [section.missing] };
  const { nothing, ...rest } = content(section.value);
  return { ...panel, ...rest, notes: [nothing, section.partly].filter((note) => note !== undefined) };
}

/** Title and text of a cell; titles that begin with `#` are of numbers. */
export type Column<T> = readonly [title: string, cell: (item: T) => string];

/** The first of the items. */
export function listed<T>(title: string, items: readonly T[], columns: readonly Column<T>[]): TableEvidence {
  const rows = items.slice(0, mostRows).map((item) => columns.map(([, cell]) => cell(item)));
  const names = columns.map(([name]) => name);
  const more = items.length - rows.length;
  return { ...table(title, names, rows), ...(more > 0 && { more }) };
}

/** As `listed`; nothing where there are no items. */
export function listedIfAny<T>(title: string, items: readonly T[], columns: readonly Column<T>[]): TableEvidence[] {
  return items.length === 0 ? [] : [listed(title, items, columns)];
}

/** `12 %`; of nothing there is no share. */
export function share(part: number, whole: number): string {
  if (!(whole > 0)) return '–';
  return `${((part / whole) * 100).toLocaleString('en-US', { maximumFractionDigits: 1 })} %`;
}

/** What is not known is an empty cell. */
export function ifKnown(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '' : format(value);
}

export function formatSeconds(seconds: number): string {
  return formatMs(seconds * 1000);
}

/** Both of the server's clock; `otherwise` where there is no such time. */
export function ageOf(time: string | undefined, now: string, otherwise: string): string {
  return time === undefined ? otherwise : formatAge(time, now);
}
