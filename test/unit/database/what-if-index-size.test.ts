import assert from 'node:assert/strict';
import type { SnapshotIndex, SnapshotTable } from '../../../src/database/snapshot';
import { btreeHeight } from '../../../src/database/what-if/btree';
import { brinSize } from '../../../src/database/what-if/index-brin';
import { ginSize, sampledEntries } from '../../../src/database/what-if/index-entries';
import { existingHeight } from '../../../src/database/what-if/index-existing';
import { hashPages } from '../../../src/database/what-if/index-hash';
import { jsonEntries } from '../../../src/database/what-if/index-json';
import { btreePages, btreeSize } from '../../../src/database/what-if/index-size';
import { distinctBounds } from '../../../src/database/what-if/index-unique';
import { tupleBytes } from '../../../src/database/what-if/index-widths';
import { trigramEntries, trigrams } from '../../../src/database/what-if/trigrams';

const unique = { nullFraction: 0, averageWidth: 4, distinct: -1 };
const integer = { length: 4, alignment: 4, type: 'integer', statistics: unique };
const flag = { length: 1, alignment: 1, statistics: { nullFraction: 0, averageWidth: 1, distinct: 2 } };
const text = { length: -1, alignment: 4, type: 'text' };
const million = 1_000_000;

describe('the size of a hypothetical B-tree', () => {
  it('is what CREATE INDEX makes of a unique integer column: 2,745 pages for a million rows', () => {
    assert.deepEqual(btreeSize({ rows: million, columns: [integer], deduplicates: true }), { pages: 2745, height: 2 });
  });

  it('stores equal keys once, where the type allows it', () => {
    const merged = btreePages(million, [flag], true);
    assert.ok(merged > 840 && merged < 860, String(merged));
    assert.equal(btreePages(million, [flag], false), 2745);
  });

  it('is measured by what statistics name: half the texts of 3 bytes and half of 9 take 16 and 24 bytes', () => {
    const mostCommonValues = '{abc,abcdefghi}';
    const statistics = {
      ...unique,
      averageWidth: 7,
      mostCommonValues,
      mostCommonFrequencies: '{0.5,0.5}',
      distinct: 2,
    };
    assert.ok(Math.abs(tupleBytes([{ ...text, statistics }]) - 20) < 0.5);
  });

  it('counts a null bitmap where a column is NULL, and no value', () => {
    assert.equal(tupleBytes([integer]), 16);
    assert.equal(tupleBytes([flag, { ...integer, length: 8, alignment: 8 }]), 24);
    assert.equal(tupleBytes([integer, integer], 0b01), 24);
    assert.equal(tupleBytes([integer], 0b1), 16);
  });

  it('stores included columns on the leaves, and then merges nothing', () => {
    const included = [{ ...integer, length: 8, alignment: 8 }];
    const { pages } = btreeSize({ rows: million, columns: [integer], included, deduplicates: false });
    assert.ok(pages > 1.35 * 2745 && pages < 1.45 * 2745, String(pages));
  });

  it('is a share of the whole for a partial index', () => {
    const { pages } = btreeSize({ rows: million, columns: [integer], deduplicates: true, fraction: 0.1 });
    assert.ok(Math.abs(pages - 275) <= 2, String(pages));
  });

  it('grows with the spread of the rows: few values with most of the rows, many with the rest', () => {
    const even = {
      ...unique,
      distinct: 100_000,
      histogramBounds: `{${Array.from({ length: 101 }, (_, i) => i * 1_000)}}`,
    };
    const skewed = { ...even, histogramBounds: `{${Array.from({ length: 101 }, (_, i) => Math.round(i ** 3 / 10))}}` };
    const sizes = [even, skewed].map((statistics) => btreePages(million, [{ ...integer, statistics }], true));
    assert.ok((sizes[1] ?? 0) !== sizes[0] && sizes.every((size) => size > 850 && size < 1_600), String(sizes));
  });

  it('believes a unique key more than ANALYZE: orders of one to seven lines', () => {
    // A quarter of the lines have number 1: a quarter as many orders as lines, where a sample found 6 %.
    const lines = {
      nullFraction: 0,
      averageWidth: 4,
      distinct: 7,
      mostCommonValues: '{1,2,3}',
      mostCommonFrequencies: '{0.25,0.21,0.18}',
    };
    const orders = { ...unique, distinct: 380_000 };
    const table = tableWith(6_000_000, { order: orders, line: lines }, ['order', 'line']);
    const bounds = distinctBounds(table, [{ column: 'order' }]);
    assert.equal(bounds.distinctAtLeast, 1_500_000);
    const columns = [{ ...integer, statistics: orders }];
    const { pages } = btreeSize({ rows: 6_000_000, columns, deduplicates: true, ...bounds });
    // 78 MB
    assert.ok(Math.abs((pages * 8192) / 78e6 - 1) < 0.05, String(pages));
    assert.equal(distinctBounds(table, [{ column: 'line' }, { column: 'order' }]).distinctAtLeast, 6_000_000);
  });

  it('believes CREATE STATISTICS: 40 zip codes a city', () => {
    const columns = { city: { ...unique, distinct: 100 }, zip: { ...unique, distinct: 4_000 } };
    const table = {
      ...tableWith(300_000, columns, []),
      extendedStatistics: [{ schema: 's', name: 'e', definition: '', isInherited: false, distinct: '{"1, 2": 4000}' }],
    };
    const bounds = distinctBounds(table, [{ column: 'zip' }, { column: 'city' }]);
    assert.equal(bounds.distinctAtMost, 4_000);
    const keys = Object.values(columns).map((statistics) => ({ ...integer, statistics }));
    const known = btreeSize({ rows: 300_000, columns: keys, deduplicates: true, ...bounds }).pages;
    assert.ok(known < 280 && btreePages(300_000, keys, true) > 700, String(known));
  });
});

describe('the height of a B-tree', () => {
  it('counts levels above the leaves', () => {
    assert.equal(btreeHeight(2, 8, 0.7), 0);
    assert.equal(btreeHeight(2745, 8, 0.7), 2);
    assert.equal(btreeHeight(276, 8, 0.7), 1);
  });

  it('of one on the server depends on whether it was built or grew: the root is filled to the brim before it splits', () => {
    const index = {
      name: 'i',
      definition: '',
      isPrimary: false,
      isUnique: false,
      isValid: true,
      method: 'btree',
      predicate: undefined,
    };
    const of = (rows: number, pages: number, correlation: number): number => {
      const table = tableWith(rows, { id: { ...unique, correlation } }, []);
      const one: SnapshotIndex = { ...index, columns: [{ name: 'id', descending: false }], pages, rows };
      return existingHeight(table, one);
    };
    // 110,000 and 140,000 rows of a serial, and 90,000 of a random number, inserted; 150,000 built.
    assert.deepEqual([of(110_000, 303, 1), of(140_000, 385, 1), of(90_000, 299, 0)], [1, 1, 1]);
    assert.deepEqual([of(120_000, 331, 0), of(150_000, 414, 1)], [2, 2]);
  });
});

describe('the size of other hypothetical indexes', () => {
  it('of a hash index rises in steps: powers of two, then quarters of them', () => {
    const pages = [1_000, 100_000, 150_000, 160_000, 400_000].map((rows) => hashPages({ rows, columns: [integer] }));
    // 1,000: 4 buckets; 150,000: 512; 160,000: 640; 400,000: 1,536
    assert.deepEqual(pages, [6, 514, 514, 642, 1538]);
  });

  it('of a hash index over few values has overflow pages', () => {
    const common = { ...unique, distinct: 20, mostCommonFrequencies: `{${Array.from({ length: 20 }, () => 0.05)}}` };
    assert.equal(hashPages({ rows: 150_000, columns: [{ ...integer, statistics: common }] }), 2 + 512 + 20 * 18);
  });

  it('of a BRIN index is that of its ranges, of which 1,360 stand on a page of the map', () => {
    assert.deepEqual(brinSize(15_940, [integer]), { pages: 3, mapPages: 1 });
    assert.equal(brinSize(1_361 * 128, [integer]).mapPages, 2);
  });

  it('of a GIN index is that of its keys and their rows', () => {
    // 100,000 keys with 7 rows each, of 150,000 rows on 16,000 pages: really 1,268 pages.
    const { pages, entries } = ginSize(150_000, 16_000, [{ count: 100_000, frequency: 6.75 / 150_000, keyBytes: 16 }]);
    assert.equal(entries, 100_000);
    assert.ok(Math.abs(pages / 1268 - 1) < 0.05, String(pages));
    assert.equal(ginSize(0, 0, []).pages, 2);
    assert.equal(ginSize(1_000, 10, [{ count: 5, frequency: 0, keyBytes: 16 }]).pages, 2);
  });

  it('counts keys that no sample shows', () => {
    const samples = Array.from({ length: 100 }, (_, i) => ({ keys: new Set([`${i % 80}`, 'all']), share: 0.01 }));
    const groups = sampledEntries(samples, million, () => 16);
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    assert.ok(count > 120 && count < 250, String(count));
    assert.ok(groups.some(({ frequency }) => frequency > 0.9));
  });

  it('takes each path of documents for itself: a serial number, and one of three words', () => {
    const samples = Array.from({ length: 100 }, (_, i) => ({ text: `{"id": ${i}, "kind": "k${i % 3}"}`, share: 0.01 }));
    const groups = jsonEntries(samples, million, 'jsonb_ops', 40);
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    assert.ok(Math.abs(count / million - 1) < 0.01, String(count));
    assert.equal(
      groups.filter(({ frequency }) => frequency > 0.3).reduce((sum, group) => sum + group.count, 0),
      5,
    );
  });

  it('counts trigrams as pg_trgm does', () => {
    assert.deepEqual([...trigrams('Cat')], ['  c', ' ca', 'cat', 'at ']);
  });

  it('of trigrams grows with the rows, and is there without any statistics', () => {
    const small = ginSize(1_000, 100, trigramEntries([], 1_000, undefined));
    const large = ginSize(million, 100_000, trigramEntries([], million, undefined));
    assert.ok(small.pages > 1 && large.pages > 500 * small.pages * 0.1, `${small.pages} ${large.pages}`);
  });
});

function tableWith(
  rows: number,
  columns: Record<string, NonNullable<SnapshotTable['columns'][number]['statistics']>>,
  key: readonly string[],
): SnapshotTable {
  return {
    schema: 'public',
    name: 't',
    kind: 'table',
    columns: Object.entries(columns).map(([name, statistics]) => ({
      name,
      type: 'integer',
      notNull: true,
      statistics,
    })),
    constraints: [],
    foreignKeys: [],
    indexes:
      key.length === 0
        ? []
        : [
            {
              name: 't_pkey',
              definition: '',
              isPrimary: true,
              isUnique: true,
              isValid: true,
              method: 'btree',
              columns: key.map((name) => ({ name, descending: false })),
              pages: 1,
              rows,
            },
          ],
    pages: rows / 50,
    rows,
    allVisiblePages: 0,
  };
}
