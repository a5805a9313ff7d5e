import type { ColumnStatistics } from './column-statistics';
import type { Bloat } from './health';
import { align, dataBytes, linePointer, pageHeader, shareWithNulls } from './row-layout';

export interface HeapFacts {
  /** Of pg_class, of the same moment as `rows`. */
  readonly pages: number;
  readonly rows: number;
  readonly toast?: { readonly pages: number; readonly rows: number };
  readonly columns: readonly ColumnStatistics[];
  /** Columns that are stored as NULL in every new row. */
  readonly dropped: number;
  /** In percent. */
  readonly fillfactor: number;
  readonly blockSize: number;
}

/**
 * What a table would be without its dead rows and free space, from the rows that ANALYZE counted and the widths it saw; after
 * ioguix's query, which check_pgactivity uses, too: https://github.com/ioguix/pgsql-bloat-estimation. That one leaves out the
 * padding between columns and the rest of a page into which no row fits; here both are counted, so that a table of wide rows
 * is not called bloated. Rows and pages are those of the last VACUUM or ANALYZE.
 * https://www.postgresql.org/docs/current/storage-page-layout.html
 */
export function heapBloat(facts: HeapFacts): Bloat | undefined {
  const { pages, rows, toast, blockSize, fillfactor } = facts;
  if (pages <= 0 || rows < 0) return undefined;
  const row = heapRowBytes(facts);
  const needed = pagesFor({ rows, row, isOfOneWidth: isOfOneWidth(facts.columns), fillfactor, blockSize });
  // Of TOAST the chunks are known, four to a page: of a value's last, shorter one, less would do.
  const toastNeeded = toast ? Math.ceil(toast.rows / 4) : 0;
  return bloat(pages + (toast?.pages ?? 0), needed + toastNeeded, blockSize);
}

interface Rows {
  readonly rows: number;
  /** Bytes of one on average, with the padding behind it and without its line pointer. */
  readonly row: number;
  readonly isOfOneWidth?: boolean;
  /** In percent. */
  readonly fillfactor: number;
  readonly blockSize: number;
}

/** Where rows differ in width, a page is full when the next one does not fit: on average half a row is left. */
export function pagesFor({ rows, row: bytes, isOfOneWidth, fillfactor, blockSize }: Rows): number {
  const row = bytes + linePointer;
  const usable = Math.max(row, blockSize - pageHeader - (blockSize * (100 - fillfactor)) / 100);
  const whole = Math.floor(usable / row);
  return Math.ceil(rows / Math.max(1, isOfOneWidth ? whole : Math.min(whole, (usable - row / 2) / row)));
}

function isOfOneWidth(columns: readonly ColumnStatistics[]): boolean {
  return columns.every(({ typeLength, nullShare }) => typeLength > 0 && (nullShare === 0 || nullShare === 1));
}

function heapRowBytes({ columns, dropped }: HeapFacts): number {
  const withNulls = dropped > 0 ? 1 : shareWithNulls(columns);
  const bitmap = Math.ceil((columns.length + dropped) / 8);
  const header = withNulls * align(23 + bitmap) + (1 - withNulls) * align(23);
  return header + dataBytes(columns);
}

/** Of a relation of `pages`, of which a rebuilt one would need fewer. */
export function bloat(pages: number, needed: number, blockSize: number): Bloat {
  const free = Math.max(0, pages - needed);
  return { bytes: free * blockSize, share: free / pages, by: 'estimate' };
}
