import assert from 'node:assert/strict';
import { generateBlog } from '../../../examples/blog/scripts/generate.mjs';

const small = { users: 50, posts: 300, comments: 900, seed: 1, until: new Date('2026-01-01') };

function rowsOf(table: string, options = small): string[][] {
  const found = generateBlog(options).find((each) => each.table === table);
  assert.ok(found);
  return [...found.lines].flatMap((line) => line.trimEnd().split('\n')).map((line) => line.split('\t'));
}

describe('the data of the sample blog', () => {
  it('is the same for the same seed, and another for another', () => {
    for (const table of ['users', 'posts', 'comments', 'post_tags']) {
      assert.deepEqual(rowsOf(table), rowsOf(table));
      assert.notDeepEqual(rowsOf(table), rowsOf(table, { ...small, seed: 2 }));
    }
  });

  it('keeps the posts when there are more comments', () => {
    assert.deepEqual(rowsOf('posts', { ...small, comments: 2_000 }), rowsOf('posts'));
  });

  it('has a field for each column in every row', () => {
    for (const { table, columns, lines } of generateBlog(small)) {
      for (const line of [...lines].join('').trimEnd().split('\n')) {
        assert.equal(line.split('\t').length, columns.length, `${table}: ${line}`);
      }
    }
  });

  it('refers only to users, posts and tags that are there', () => {
    const ids = (table: string) => new Set(rowsOf(table).map((row) => row[0]));
    const [users, posts, tags] = [ids('users'), ids('posts'), ids('tags')];
    assert.ok(rowsOf('posts').every(([, author]) => users.has(author)));
    assert.ok(rowsOf('comments').every(([, post, author]) => posts.has(post) && users.has(author)));
    assert.ok(rowsOf('post_tags').every(([post, tag]) => posts.has(post) && tags.has(tag)));
  });

  it('gives unique names, addresses and slugs', () => {
    const distinct = (table: string, column: number) => new Set(rowsOf(table).map((row) => row[column])).size;
    assert.equal(distinct('users', 1), small.users);
    assert.equal(distinct('users', 2), small.users);
    assert.equal(distinct('posts', 3), small.posts);
    assert.equal(distinct('tags', 1), 200);
    assert.equal(distinct('tags', 2), 200);
  });

  it('numbers comments by their time', () => {
    const times = rowsOf('comments').map((row) => row[4] ?? '');
    assert.deepEqual(times, times.toSorted());
  });

  it('is empty when nothing is asked for', () => {
    const none = { ...small, posts: 0, comments: 100 };
    assert.deepEqual(
      generateBlog(none).map(({ table, lines }) => [table, [...lines].length]),
      [
        ['users', 50],
        ['posts', 0],
        ['comments', 0],
        ['tags', 200],
        ['post_tags', 0],
      ],
    );
  });
});
