import assert from 'node:assert/strict';
import { distinctFindings } from '../../../src/editor/distinct-findings';
import type { Finding } from '../../../src/nouns/finding';

function finding(message: string, ...columns: string[]): Finding {
  const index = {
    schema: 'public',
    table: 'comments',
    name: columns.join('_').replace(' DESC', ''),
    method: 'btree',
    columns: columns.map((name) => ({ name })),
  };
  const fixes = columns.length > 0 ? [{ kind: 'index', title: message, index }] : [];
  return { rule: 'missing-index', message, range: { start: 5, end: 9 }, fixes } as unknown as Finding;
}

const messages = (...ofStatements: Finding[][]) => distinctFindings(ofStatements).map(({ message }) => message);

describe('What is said of the forms of one call', () => {
  it('names an index once, also where one form needs only its first column', () => {
    const [first, second, third] = [
      finding('229 ms', 'author_id', 'created_at'),
      finding('80 ms', 'author_id'),
      finding('9 ms', 'post_id'),
    ];
    assert.deepEqual(messages([first], [second], [third]), ['229 ms', '9 ms']);
  });

  it('names an index once where only the direction of a column differs', () => {
    const [first, second] = [
      finding('229 ms', 'author_id', 'created_at'),
      finding('80 ms', 'author_id', 'created_at DESC'),
    ];
    assert.deepEqual(messages([first], [second]), ['229 ms']);
  });

  it('keeps an index that has more columns than the one before', () => {
    const [first, second] = [finding('80 ms', 'author_id'), finding('20 ms', 'author_id', 'created_at')];
    assert.deepEqual(messages([first], [second]), ['80 ms', '20 ms']);
  });

  it('says once what has no fix and differs by its numbers only', () => {
    assert.deepEqual(messages([finding('to keep 97')], [finding('to keep 4')]), ['to keep 97']);
    assert.deepEqual(messages([finding('of posts')], [finding('of users')]), ['of posts', 'of users']);
  });
});
