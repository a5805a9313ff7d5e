import assert from 'node:assert/strict';
import { foreignKeyQueries } from '../../../src/advisor/foreign-keys';
import { planUses } from '../../../src/advisor/uses/plan-uses';
import type { TableUse } from '../../../src/advisor/uses/table-use';
import type { Snapshot } from '../../../src/database/snapshot';
import { parsePlan } from '../../../src/plan/parse-plan';
import { Statements } from '../../support/statements';
import { snapshotWith } from '../../support/what-if';

const keys: Readonly<Record<string, readonly string[]>> = {
  posts: ['ALTER TABLE public.posts ADD CONSTRAINT posts_author FOREIGN KEY (author_id) REFERENCES users(id)'],
  comments: [
    'ALTER TABLE public.comments ADD CONSTRAINT comments_post FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE',
    'ALTER TABLE public.comments ADD CONSTRAINT comments_author FOREIGN KEY (author_id) REFERENCES users(id) ON UPDATE CASCADE ON DELETE SET NULL',
  ],
  votes: ['ALTER TABLE public.votes ADD CONSTRAINT votes_comment FOREIGN KEY (comment_id) REFERENCES comments(id)'],
  'odd "name': [
    'ALTER TABLE public."odd ""name" ADD CONSTRAINT odd FOREIGN KEY ("a b", c) REFERENCES pairs("x y", z) ON DELETE RESTRICT',
  ],
};

const plain = snapshotWith({
  users: { id: 'integer', name: 'text' },
  posts: { id: 'integer', author_id: 'integer', title: 'text' },
  comments: { id: 'integer', post_id: 'integer', author_id: 'integer' },
  votes: { id: 'integer', comment_id: 'integer' },
  pairs: { 'x y': 'integer', z: 'integer' },
  'odd "name': { 'a b': 'integer', c: 'integer' },
});
const blog: Snapshot = {
  ...plain,
  tables: plain.tables.map((table) => ({ ...table, foreignKeys: keys[table.name] ?? [] })),
};

describe('the queries behind a statement, for its foreign keys', () => {
  let statements: Statements;
  before(async () => {
    statements = await Statements.load();
  });
  const queries = (sql: string): string[] =>
    foreignKeyQueries(statements.read(sql), blog, statements.parser).map((query) => query.sql);

  it('are those of a DELETE, and of the rows that go with it', () => {
    assert.deepEqual(queries('DELETE FROM posts WHERE id = $1'), [
      'DELETE FROM ONLY public.comments WHERE $1 = post_id',
      'SELECT 1 FROM ONLY public.votes x WHERE $1 = comment_id FOR KEY SHARE OF x',
    ]);
    assert.deepEqual(queries('DELETE FROM users'), [
      'SELECT 1 FROM ONLY public.posts x WHERE $1 = author_id FOR KEY SHARE OF x',
      'UPDATE ONLY public.comments SET author_id = NULL WHERE $1 = author_id',
    ]);
  });

  it('are those of an UPDATE of the key only', () => {
    assert.deepEqual(queries('UPDATE users SET id = 5 WHERE id = 4'), [
      'SELECT 1 FROM ONLY public.posts x WHERE $1 = author_id FOR KEY SHARE OF x',
      'UPDATE ONLY public.comments SET author_id = NULL WHERE $1 = author_id',
    ]);
    assert.deepEqual(queries(`UPDATE users SET name = 'x' WHERE id = 4`), []);
  });

  it('are found in a WITH and in a MERGE, and quote names', () => {
    assert.equal(queries('WITH gone AS (DELETE FROM comments RETURNING id) SELECT * FROM gone').length, 1);
    assert.equal(queries('MERGE INTO comments c USING posts p ON c.post_id = p.id WHEN MATCHED THEN DELETE').length, 1);
    assert.deepEqual(queries('DELETE FROM pairs WHERE z = 1'), [
      `SELECT 1 FROM ONLY public."odd ""name" x WHERE $1 = "a b" AND $2 = c FOR KEY SHARE OF x`,
    ]);
  });

  it('are none for a SELECT, nor for a table that nothing references', () => {
    assert.deepEqual(queries('SELECT * FROM posts'), []);
    assert.deepEqual(queries('DELETE FROM votes'), []);
    assert.deepEqual(queries('DELETE FROM missing'), []);
  });
});

describe('what a plan asks', () => {
  let statements: Statements;
  before(async () => {
    statements = await Statements.load();
  });

  const scan = (more: Record<string, unknown>) =>
    parsePlan(
      [{ Plan: { 'Node Type': 'Seq Scan', 'Relation Name': 'posts', Alias: 'p', 'Total Cost': 5, ...more } }],
      'what-if',
    );
  const use = (more: Record<string, unknown>, hasValues = false, snapshot = blog): TableUse => {
    const [found] = planUses(scan(more), snapshot, statements.parser, { hasValues });
    assert.ok(found);
    return found;
  };

  it('is read from its conditions and sort keys', () => {
    const found = use({
      Filter: `((p.author_id = 5) AND ((p.title)::text = 'x'::text) AND (p.id = (InitPlan 1).col1))`,
      'Sort Key': ['p.title DESC', '(lower(p.title))'],
    });
    assert.deepEqual([...found.equal].sort(), ['author_id', 'id', 'title']);
    assert.deepEqual(found.orders, [
      [
        { name: 'title', descending: true },
        { name: 'lower(title)', descending: false },
      ],
    ]);
    assert.equal(found.constants.length, 2);
  });

  it('has no constants where they may be the values of parameters, and no certain start of a pattern', () => {
    const found = use({ Filter: `((p.author_id = 5) AND (p.title ~~ 'abc%'::text))` }, true);
    assert.deepEqual([...found.equal], ['author_id']);
    assert.deepEqual([...found.constants, ...found.prefixes], []);
    assert.deepEqual([...found.contains], ['title']);
  });

  it('passes over what is no SQL', () => {
    const found = use({ Filter: '(ANY (p.id = (hashed SubPlan 1).col1))', 'Sort Key': ['(((('] });
    assert.deepEqual([...found.equal], []);
  });

  it('counts for the whole table where a partition is read', () => {
    const [posts] = blog.tables.filter(({ name }) => name === 'posts');
    assert.ok(posts);
    const whole = { ...posts, name: 'all_posts', kind: 'partitioned table' as const };
    const part = { ...posts, partitionOf: { schema: 'public', table: 'all_posts', bound: 'DEFAULT' } };
    const found = use({ Filter: '(author_id = 5)' }, false, { ...blog, tables: [whole, part] });
    assert.equal(found.table, whole);
    assert.deepEqual([...found.equal], ['author_id']);
  });
});
