import type { ColumnStatistics } from '../snapshot';
import type { IndexKey } from './index-methods';
import { align } from './index-widths';

const usableBytes = 8192 - 24 - 16;
/** Keys above this become signatures (TOAST_INDEX_TARGET). */
const longKey = 500;
/** How full splits leave pages; measured for each operator class on PostgreSQL 18, with the inner pages. */
const fills = { ordered: 0.75, geometric: 0.66, signature: 0.73, longSignature: 0.5 };

/** Pages of a GiST index, roughly: how full its pages become depends on the data and on the order of the rows. */
export function gistPages(
  rows: number,
  keys: readonly Pick<IndexKey, 'class' | 'length' | 'align' | 'type'>[],
  statistics: readonly (ColumnStatistics | undefined)[],
): number {
  let bytes = 8;
  let fill = fills.ordered;
  for (const [i, key] of keys.entries()) {
    const width = statistics[i]?.averageWidth ?? 32;
    const className = key.class ?? '';
    if (className === 'gist_trgm_ops') {
      // Three bytes for each trigram, about as many as the text has bytes.
      const signature = 5 + 3 * width;
      bytes += signature > longKey ? 17 : signature;
      fill = Math.min(fill, signature > 100 ? fills.longSignature : fills.signature);
    } else if (className === 'tsvector_ops') {
      // A hash of four bytes for each word; stored words take about 14 bytes.
      const words = 5 + (4 * width) / 14;
      bytes += words > longKey ? 129 : words;
      fill = Math.min(fill, fills.signature);
    } else if (key.length > 0) {
      bytes = align(bytes, key.length >= 8 ? 8 : 4) + key.length;
      fill = Math.min(fill, key.length >= 16 ? fills.geometric : fills.ordered);
    } else bytes += width;
  }
  const perPage = Math.max(1, Math.floor((usableBytes * fill) / (align(bytes, 8) + 4)));
  return Math.max(1, Math.ceil(rows / perPage));
}
