import assert from 'node:assert/strict';
import { indexName } from '../../../src/advisor/index-name';

const name = (table: string, columns: string[], ...taken: string[]): string =>
  indexName(
    table,
    columns.map((column) => ({ name: column })),
    new Set(taken),
  );

describe('the name of an index', () => {
  it('is made of the table and the columns', () => {
    assert.equal(name('posts', ['author_id', 'created_at']), 'posts_author_id_created_at_idx');
  });

  it('does not collide with what is there', () => {
    assert.equal(name('posts', ['id'], 'posts_id_idx', 'posts_id_idx1'), 'posts_id_idx2');
  });

  it('has at most 63 bytes and no broken characters', () => {
    const long = name('é'.repeat(40), ['column']);
    assert.ok(Buffer.byteLength(long) <= 63);
    assert.match(long, /^é+_idx$/);
  });
});
