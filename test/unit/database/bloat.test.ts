import assert from 'node:assert/strict';
import { btreeBloat } from '../../../src/database/health/btree-bloat';
import type { ColumnStatistics } from '../../../src/database/health/column-statistics';
import { heapBloat } from '../../../src/database/health/heap-bloat';
import { dataBytes } from '../../../src/database/health/row-layout';

const column = (changes: Partial<ColumnStatistics> = {}): ColumnStatistics => {
  return { number: 1, typeLength: 4, alignment: 4, width: 4, nullShare: 0, distinct: -1, ...changes };
};
const int4 = column();
const int8 = column({ typeLength: 8, alignment: 8, width: 8 });
const bool = column({ typeLength: 1, alignment: 1, width: 1 });
const text = (width: number) => column({ typeLength: -1, alignment: 4, width });
const heap = { toast: undefined, dropped: 0, fillfactor: 100, blockSize: 8192 };

describe('a row on disk', () => {
  it('has padding before a column that begins at a multiple of its width, and up to the next row', () => {
    assert.equal(dataBytes([int4]), 8);
    assert.equal(dataBytes([int4, int4]), 8);
    assert.equal(dataBytes([int4, int8, int4, int8]), 32);
    assert.equal(dataBytes([int8, int8, int4, int4]), 24);
    assert.equal(dataBytes([bool, int4, bool, int8]), 24);
  });

  it('has none before a short text; behind one the average, or what most texts of that length need', () => {
    assert.equal(dataBytes([bool, text(7)]), 11.5);
    assert.equal(dataBytes([text(10), int4]), 10 + 1.5 + 4 + 2);
    assert.equal(dataBytes([text(8), int4]), 16);
  });

  it('holds nothing of a column that is always NULL', () => {
    assert.equal(dataBytes([int4, column({ nullShare: 1 }), int4]), 8);
  });
});

describe('the bloat of a table', () => {
  // 24 of header, 8 of data, 4 of line pointer: 226 rows on a page of 8168 bytes.
  it('is what its rows do not need', () => {
    assert.deepEqual(heapBloat({ ...heap, pages: 100, rows: 22_600, columns: [int4, int4] }), {
      bytes: 0,
      share: 0,
      by: 'estimate',
    });
    assert.deepEqual(heapBloat({ ...heap, pages: 100, rows: 11_300, columns: [int4, int4] }), {
      bytes: 50 * 8192,
      share: 0.5,
      by: 'estimate',
    });
  });

  it('is all of a table without rows, and unknown of one without pages or never analysed', () => {
    assert.equal(heapBloat({ ...heap, pages: 10, rows: 0, columns: [int4] })?.share, 1);
    assert.equal(heapBloat({ ...heap, pages: 0, rows: 0, columns: [int4] }), undefined);
    assert.equal(heapBloat({ ...heap, pages: 10, rows: -1, columns: [int4] }), undefined);
  });

  it('is not below zero where statistics are older than the table', () => {
    assert.equal(heapBloat({ ...heap, pages: 1, rows: 1e6, columns: [int4] })?.bytes, 0);
  });

  it('leaves the room that a fillfactor keeps, and counts TOAST by its chunks', () => {
    assert.equal(heapBloat({ ...heap, pages: 200, rows: 22_600, fillfactor: 50, columns: [int4, int4] })?.share, 0);
    const toast = { pages: 300, rows: 400 };
    assert.equal(heapBloat({ ...heap, pages: 100, rows: 22_600, toast, columns: [int4, int4] })?.share, 0.5);
  });

  it('counts the bitmap of NULLs, also of columns that were dropped', () => {
    const columns = Array.from({ length: 9 }, () => int4);
    const [without, dropped] = [0, 1].map((count) => {
      return heapBloat({ ...heap, pages: 200, rows: 10_000, columns, dropped: count })?.bytes ?? 0;
    });
    assert.ok(without !== undefined && dropped !== undefined && dropped < without);
  });
});

describe('the bloat of a B-tree', () => {
  const btree = { isUnique: false, storesEqualKeysOnce: true, fillfactor: 90, blockSize: 8192 };
  const facts = { ...btree, rows: 100_000, tableRows: 100_000 };

  it('is nothing of one just built, as large as PostgreSQL 18 makes it', () => {
    assert.ok((btreeBloat({ ...facts, pages: 276, isUnique: true, columns: [int4] })?.share ?? 1) < 0.01);
    // 100 values, each stored once for about 130 rows.
    assert.ok((btreeBloat({ ...facts, pages: 90, columns: [column({ distinct: 100 })] })?.share ?? 1) < 0.05);
  });

  it('is more where equal keys would be stored once', () => {
    const few = { ...facts, pages: 276, columns: [column({ distinct: 100 })] };
    assert.ok((btreeBloat(few)?.share ?? 0) > 0.6);
    assert.ok((btreeBloat({ ...few, storesEqualKeysOnce: false })?.share ?? 1) < 0.01);
  });

  it('takes values as rare as in the whole table, where an index holds a part of it', () => {
    const part = { ...facts, rows: 10_000, pages: 30, columns: [column({ distinct: -0.5 })] };
    assert.ok((btreeBloat(part)?.share ?? 1) < 0.05);
  });

  it('is unknown of an empty one', () => {
    assert.equal(btreeBloat({ ...facts, pages: 1, rows: 0, columns: [int4] }), undefined);
  });
});
