import assert from 'node:assert/strict';
import { candidates } from '../../../src/advisor/candidates';
import { tableUses } from '../../../src/advisor/uses/table-uses';
import { Views } from '../../../src/advisor/uses/views';
import type { Snapshot, SnapshotIndex } from '../../../src/database/snapshot';
import { indexColumnsSql } from '../../../src/sql/create-index';
import { Statements } from '../../support/statements';
import { snapshotWith } from '../../support/what-if';

const blog = snapshotWith({
  users: { id: 'integer', name: 'text', email: 'text' },
  posts: {
    id: 'integer',
    author_id: 'integer',
    status: 'text',
    published: 'boolean',
    title: 'text',
    body: 'text',
    data: 'json',
    created_at: 'timestamp with time zone',
    deleted_at: 'timestamp with time zone',
  },
  comments: { id: 'integer', post_id: 'integer', body: 'text', created_at: 'timestamp with time zone' },
});

function withIndex(snapshot: Snapshot, table: string, ...columns: string[]): Snapshot {
  const index: SnapshotIndex = {
    name: `${table}_existing`,
    definition: `CREATE INDEX ${table}_existing ON public.${table} USING btree (${columns.join(', ')})`,
    isPrimary: false,
    isUnique: false,
    isValid: true,
    method: 'btree',
    columns: columns.map((column) => ({ name: column.replace(/ DESC$/, ''), descending: column.endsWith(' DESC') })),
    pages: 100,
    rows: 1_000_000,
  };
  return {
    ...snapshot,
    tables: snapshot.tables.map((one) => (one.name === table ? { ...one, indexes: [index] } : one)),
  };
}

describe('candidate indexes', () => {
  let statements: Statements;
  before(async () => {
    statements = await Statements.load();
  });

  /** `posts(author_id, created_at DESC)`; what is tried together is joined by ` + `. */
  function tried(sql: string, snapshot = blog): string[] {
    return candidates(
      tableUses(statements.read(sql).ast, snapshot, new Views(snapshot, statements.parser)),
      snapshot,
    ).map(({ indexes }) => indexes.map((index) => `${index.table}(${indexColumnsSql(index)})`).join(' + '));
  }

  it('see through views, of views too, with aliases and joins in them', () => {
    const views = [
      `CREATE VIEW public.live AS SELECT posts.id, posts.author_id AS writer, posts.created_at FROM posts WHERE posts.deleted_at IS NULL;`,
      'CREATE VIEW public."named ""live" AS SELECT live.id, live.writer, u.name FROM live JOIN users u ON u.id = live.writer;',
      'CREATE VIEW public.mirror AS SELECT * FROM public.rorrim;',
      'CREATE VIEW public.rorrim AS SELECT * FROM public.mirror;',
    ];
    const all = { ...blog, views };
    const found = tried('SELECT * FROM live WHERE writer = $1 ORDER BY created_at DESC LIMIT 3', all);
    assert.ok(found.includes('posts(author_id, created_at DESC)'), found.join('; '));
    assert.ok(found.includes('posts(author_id, deleted_at)'), found.join('; '));
    const through = tried(`SELECT * FROM public."named ""live" AS n WHERE n.name = 'x'`, all);
    assert.ok(through.includes('users(name)') && through.includes('posts(author_id)'), through.join('; '));
    assert.deepEqual(tried('SELECT * FROM mirror WHERE id = 1', all), []);
  });

  it('find the ends of a column, and the order of rows that are put together when few are wanted', () => {
    for (const [sql, expected] of [
      ['SELECT max(created_at) FROM posts', 'posts(created_at)'],
      ['SELECT min(created_at), max(created_at) FROM posts WHERE author_id = $1', 'posts(author_id, created_at)'],
      ['SELECT coalesce(max(id), 0) + 1 FROM posts', undefined],
      ['SELECT coalesce(max(id), 0) FROM posts', 'posts(id)'],
      ['SELECT max(created_at), count(*) FROM posts', undefined],
      ['SELECT DISTINCT author_id FROM posts ORDER BY author_id LIMIT 5', 'posts(author_id)'],
      ['SELECT DISTINCT author_id FROM posts ORDER BY author_id', 'posts(author_id)'],
      [
        'SELECT DISTINCT ON (author_id) * FROM posts ORDER BY author_id, created_at DESC',
        'posts(author_id, created_at DESC)',
      ],
      ['SELECT author_id, count(*) FROM posts GROUP BY author_id ORDER BY author_id LIMIT 5', 'posts(author_id)'],
      ['SELECT author_id, count(*) FROM posts GROUP BY author_id ORDER BY 2 LIMIT 5', 'posts(author_id)'],
      ['SELECT lower(title), count(*) FROM posts GROUP BY lower(title)', 'posts(lower(title))'],
      ['SELECT status, count(*) FROM posts GROUP BY status', 'posts(status)'],
    ] as const) {
      assert.deepEqual(
        tried(sql).filter((one) => one === expected || expected === undefined),
        expected === undefined ? [] : [expected],
        sql,
      );
    }
  });

  it('put equalities first, then the sort order', () => {
    assert.deepEqual(tried('SELECT * FROM posts WHERE author_id = $1 ORDER BY created_at DESC LIMIT 10').sort(), [
      'posts(author_id)',
      'posts(author_id, created_at DESC)',
      'posts(created_at)',
    ]);
  });

  it('keep the direction of each column and NULLS where it is not the default', () => {
    const found = tried('SELECT * FROM posts WHERE author_id = 1 ORDER BY status, created_at DESC NULLS LAST LIMIT 5');
    assert.ok(found.includes('posts(author_id, status, created_at DESC NULLS LAST)'), found.join('; '));
    const usual = tried('SELECT * FROM posts WHERE author_id = 1 ORDER BY created_at DESC NULLS FIRST LIMIT 5');
    assert.ok(usual.includes('posts(author_id, created_at DESC)'), usual.join('; '));
  });

  it('put one range behind the equalities', () => {
    const found = tried('SELECT * FROM posts WHERE created_at >= $1 AND status = $2 AND id BETWEEN 1 AND 9');
    assert.ok(found.includes('posts(status, created_at)'), found.join('; '));
    assert.ok(found.includes('posts(status, id)'));
    assert.ok(!found.some((one) => one.includes('created_at, id')));
  });

  it('serve joins in both directions, through aliases', () => {
    const found = tried('SELECT * FROM posts AS p JOIN comments c ON c.post_id = p.id WHERE p.status = $1');
    assert.ok(found.includes('comments(post_id)'), found.join('; '));
    assert.ok(found.includes('posts(id)'));
    assert.ok(found.includes('posts(status)'));
    assert.ok(found.includes('posts(id, status)'));
  });

  for (const [what, sql, expected] of [
    ['CTEs', 'WITH p AS (SELECT id, author_id AS a FROM posts) SELECT * FROM p WHERE a = 5', 'posts(author_id)'],
    ['sub-queries in FROM', 'SELECT * FROM (SELECT * FROM posts) AS s WHERE s.author_id = 5', 'posts(author_id)'],
    [
      'EXISTS',
      'SELECT * FROM posts p WHERE EXISTS (SELECT 1 FROM comments c WHERE c.post_id = p.id)',
      'comments(post_id)',
    ],
    ['IN (SELECT …)', 'SELECT * FROM posts WHERE id IN (SELECT post_id FROM comments)', 'comments(post_id)'],
    [
      'scalar sub-queries',
      'SELECT (SELECT count(*) FROM posts p WHERE p.author_id = u.id) FROM users u',
      'posts(author_id)',
    ],
    ['unions', 'SELECT id FROM users UNION SELECT id FROM posts WHERE author_id = 3', 'posts(author_id)'],
    ['USING', 'SELECT * FROM posts JOIN (SELECT id FROM comments) c USING (id)', 'posts(id)'],
    [
      'LATERAL',
      'SELECT * FROM users u, LATERAL (SELECT * FROM posts p WHERE p.author_id = u.id ORDER BY created_at DESC LIMIT 3) x',
      'posts(author_id, created_at DESC)',
    ],
    ['an alias in ORDER BY', 'SELECT created_at AS at FROM posts ORDER BY at LIMIT 3', 'posts(created_at)'],
    ['a number in ORDER BY', 'SELECT id, created_at FROM posts ORDER BY 2 LIMIT 3', 'posts(created_at)'],
    ['ANY', 'SELECT * FROM posts WHERE author_id = ANY ($1)', 'posts(author_id)'],
    ['IS NULL', 'SELECT * FROM posts WHERE deleted_at IS NULL', 'posts(deleted_at)'],
    ['booleans', 'SELECT * FROM posts WHERE NOT published', 'posts(published)'],
    [
      'row comparison',
      'SELECT * FROM posts WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT 9',
      'posts(created_at DESC, id DESC)',
    ],
    ['UPDATE', 'UPDATE posts SET title = $1 WHERE author_id = $2', 'posts(author_id)'],
    [
      'DELETE … USING',
      'DELETE FROM comments USING posts p WHERE p.id = post_id AND p.author_id = 1',
      'comments(post_id)',
    ],
    ['INSERT … SELECT', 'INSERT INTO users (id) SELECT id FROM posts WHERE author_id = 1', 'posts(author_id)'],
    ['a schema name', 'SELECT * FROM public.posts WHERE posts.author_id = 1', 'posts(author_id)'],
  ] as const) {
    it(`see through ${what}`, () => {
      const found = tried(sql);
      assert.ok(found.includes(expected), found.join('; ') || 'none');
    });
  }

  it('search with trigrams for a pattern that may start with a wildcard', () => {
    for (const pattern of [`'%x%'`, `'%' || $1 || '%'`, '$1', `concat('%', $1::text)`]) {
      assert.deepEqual(tried(`SELECT * FROM posts WHERE body ILIKE ${pattern}`), ['posts(body gin_trgm_ops)'], pattern);
    }
    assert.deepEqual(tried(`SELECT * FROM posts WHERE body NOT LIKE '%x%'`), []);
    assert.deepEqual(tried(`SELECT * FROM posts WHERE body LIKE '%x%'`, { ...blog, availableExtensions: [] }), []);
  });

  it('serve every branch of an OR together', () => {
    assert.deepEqual(tried(`SELECT * FROM posts WHERE title ILIKE '%x%' OR body ILIKE '%x%'`), [
      'posts(title gin_trgm_ops, body gin_trgm_ops)',
    ]);
    assert.deepEqual(tried('SELECT * FROM posts WHERE author_id = 1 OR status = $1'), [
      'posts(author_id) + posts(status)',
    ]);
    assert.deepEqual(tried('SELECT * FROM posts WHERE author_id = 1 OR author_id = 2'), ['posts(author_id)']);
    const five = 'author_id = 1 OR status = $1 OR id = 2 OR created_at = $2 OR deleted_at = $3';
    assert.deepEqual(tried(`SELECT * FROM posts WHERE ${five}`), []);
  });

  it('leave out what an existing index already serves', () => {
    const sql = 'SELECT * FROM posts WHERE author_id = $1 ORDER BY created_at DESC LIMIT 10';
    assert.deepEqual(tried(sql, withIndex(blog, 'posts', 'author_id', 'created_at DESC')), ['posts(created_at)']);
    assert.deepEqual(
      tried('SELECT * FROM posts ORDER BY created_at LIMIT 1', withIndex(blog, 'posts', 'created_at DESC')),
      [],
    );
    const other = tried(sql, withIndex(blog, 'posts', 'created_at', 'author_id'));
    assert.ok(other.includes('posts(author_id, created_at DESC)'));
  });

  it('do not use types without an order, nor conditions that no index finds', () => {
    assert.deepEqual(tried('SELECT * FROM posts WHERE data = $1'), []);
    assert.deepEqual(tried('SELECT * FROM posts WHERE id = author_id + 1 AND status <> $2'), []);
    assert.deepEqual(tried('SELECT * FROM missing WHERE id = 1'), []);
  });
});
