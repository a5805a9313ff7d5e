import assert from 'node:assert/strict';
import { btreeHeight } from '../../../src/database/what-if-btree';
import { ginSize } from '../../../src/database/what-if-index-entries';
import { btreePages } from '../../../src/database/what-if-index-size';
import { tupleBytes } from '../../../src/database/what-if-index-widths';
import { trigramEntries, trigrams } from '../../../src/database/what-if-trigrams';

const integer = { length: 4, alignment: 4, statistics: { nullFraction: 0, averageWidth: 4, distinct: -1 } };
const flag = { length: 1, alignment: 1, statistics: { nullFraction: 0, averageWidth: 1, distinct: 2 } };

describe('the size of a hypothetical index', () => {
  it('is what CREATE INDEX makes of a unique integer column: 2,745 pages for a million rows', () => {
    assert.equal(btreePages(1_000_000, [integer], true), 2745);
  });

  it('stores equal keys once, where the type allows it', () => {
    const merged = btreePages(1_000_000, [flag], true);
    assert.ok(merged < 900, String(merged));
    assert.equal(btreePages(1_000_000, [flag], false), 2745);
  });

  it('counts alignment and the bitmap of nulls', () => {
    assert.equal(tupleBytes([integer]), 16);
    assert.equal(tupleBytes([flag, { ...integer, length: 8, alignment: 8 }]), 24);
    assert.equal(tupleBytes([integer, integer], 0b01), 24);
    assert.equal(tupleBytes([integer], 0b1), 16);
  });

  it('gives the height of the tree', () => {
    assert.equal(btreeHeight(2, 8, 0.7), 0);
    assert.equal(btreeHeight(2745, 8, 0.7), 2);
    assert.equal(btreeHeight(276, 8, 0.7), 1);
  });

  it('counts trigrams as pg_trgm does', () => {
    assert.deepEqual([...trigrams('Cat')], ['  c', ' ca', 'cat', 'at ']);
  });

  it('grows with the rows, and is there without any statistics', () => {
    const small = ginSize(1_000, 100, trigramEntries([], 1_000, undefined));
    const large = ginSize(1_000_000, 100_000, trigramEntries([], 1_000_000, undefined));
    assert.ok(small.pages > 1 && large.pages > 500 * small.pages * 0.1, `${small.pages} ${large.pages}`);
    assert.equal(ginSize(0, 0, []).pages, 2);
  });
});
