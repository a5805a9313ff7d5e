import assert from 'node:assert/strict';
import pg from 'pg';
import { loadBlog } from '../../examples/blog/scripts/load.mjs';
import { type PostgresServer, startPostgres } from '../../scripts/lib/postgres.mjs';
import { QuerySiteFinder } from '../../src/code/find-query-sites';
import type { QuerySite } from '../../src/nouns/query-site';
import { SqlParser } from '../../src/sql/parser';
import { sampleDocuments } from '../support/sample-documents';
import { wholePaths } from '../support/whole-paths';

const amounts = { users: 2_000, posts: 20_000, comments: 80_000, until: new Date('2026-01-01') };

describe('the sample blog on PostgreSQL', function () {
  this.timeout(60_000);

  let server: PostgresServer;
  let client: pg.Client;

  before(async () => {
    server = await startPostgres();
    await loadBlog(server.connectionString(), amounts);
    client = new pg.Client({ connectionString: server.connectionString() });
    await client.connect();
  });

  after(async () => {
    await client?.end();
    await server?.stop();
  });

  async function value(sql: string): Promise<unknown> {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  }

  it('has the rows that were asked for', async () => {
    assert.equal(await value('SELECT count(*)::int FROM users'), amounts.users);
    assert.equal(await value('SELECT count(*)::int FROM posts'), amounts.posts);
    assert.equal(await value('SELECT count(*)::int FROM comments'), amounts.comments);
    assert.equal(await value('SELECT count(*)::int FROM tags'), 200);
    assert.equal(await value('SELECT count(DISTINCT post_id)::int FROM post_tags'), amounts.posts);
  });

  it('has primary keys and unique indexes, and no other index', async () => {
    const { rows } = await client.query(`
      SELECT indexrelid::regclass::text AS name
        FROM pg_index
       WHERE indrelid = ANY(ARRAY['users', 'posts', 'comments', 'tags', 'post_tags']::regclass[])
       ORDER BY 1`);
    assert.deepEqual(
      rows.map((row) => row.name),
      [
        'comments_pkey',
        'post_tags_pkey',
        'posts_pkey',
        'posts_slug_key',
        'tags_name_key',
        'tags_pkey',
        'tags_slug_key',
        'users_email_key',
        'users_pkey',
        'users_username_key',
      ],
    );
  });

  it('has its foreign keys back, checked', async () => {
    assert.equal(await value("SELECT count(*)::int FROM pg_constraint WHERE contype = 'f' AND convalidated"), 5);
  });

  it('has some authors who write much and many who write little', async () => {
    const share = Number(
      await value('SELECT max(n) / sum(n) FROM (SELECT count(*) AS n FROM posts GROUP BY author_id) AS by_author'),
    );
    assert.ok(share > 0.05 && share < 0.12, `the first author has ${share} of the posts`);
    const median = Number(
      await value(
        'SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY n) FROM (SELECT count(*) AS n FROM posts GROUP BY author_id) AS t',
      ),
    );
    assert.ok(median <= 10, `half of the authors have more than ${median} posts`);
  });

  it('has 90 % published posts, 8 % drafts and 2 % archived ones', async () => {
    const { rows } = await client.query('SELECT status, count(*)::int AS n FROM posts GROUP BY status');
    const share = Object.fromEntries(rows.map((row) => [row.status, row.n / amounts.posts]));
    assert.deepEqual(Object.keys(share).sort(), ['archived', 'draft', 'published']);
    assert.ok(Math.abs((share.published ?? 0) - 0.9) < 0.01, `published: ${share.published}`);
    assert.ok(Math.abs((share.draft ?? 0) - 0.08) < 0.01, `draft: ${share.draft}`);
  });

  it('has more posts of the last month than of any month before', async () => {
    const share = Number(
      await value("SELECT avg((created_at > timestamptz '2026-01-01' - interval '30 days')::int) FROM posts"),
    );
    assert.ok(share > 0.1 && share < 0.16, `of the last 30 days: ${share}`);
    assert.equal(await value("SELECT count(*)::int FROM posts WHERE created_at > '2026-01-01'"), 0);
    assert.equal(
      await value(
        'SELECT count(*)::int FROM (SELECT created_at < lag(created_at) OVER (ORDER BY id) AS back FROM posts) AS t WHERE back',
      ),
      0,
    );
  });

  it('has comments at popular posts, after the posts, and none at drafts', async () => {
    assert.ok(
      Number(await value('SELECT max(n) FROM (SELECT count(*) AS n FROM comments GROUP BY post_id) AS t')) > 500,
    );
    assert.equal(
      await value('SELECT count(*)::int FROM comments c JOIN posts p ON p.id = c.post_id WHERE p.status = $$draft$$'),
      0,
    );
    assert.equal(
      await value(
        "SELECT count(*)::int FROM comments c JOIN posts p ON p.id = c.post_id WHERE c.created_at < p.created_at - interval '1 second'",
      ),
      0,
    );
  });

  it('has words that most posts have and words that few have', async () => {
    const posts = async (word: string) =>
      Number(await value(`SELECT count(*) FROM posts WHERE body ILIKE '%${word}%'`));
    assert.ok((await posts('the')) > amounts.posts * 0.9);
    const rare = await posts('deadlock');
    assert.ok(rare > 10 && rare < 100, `deadlock: ${rare}`);
  });

  it('has statistics', async () => {
    assert.equal(await value("SELECT reltuples::int FROM pg_class WHERE oid = 'comments'::regclass"), amounts.comments);
    assert.ok(Number(await value("SELECT count(*) FROM pg_stats WHERE tablename = 'posts'")) >= 9);
  });

  it('goes on counting where the loaded ids end', async () => {
    await client.query('BEGIN');
    const id = await value("INSERT INTO comments (post_id, author_id, body) VALUES (1, 1, 'new') RETURNING id::int");
    await client.query('ROLLBACK');
    assert.equal(id, amounts.comments + 1);
  });

  it('is not loaded over rows, unless told', async () => {
    await assert.rejects(loadBlog(server.connectionString(), amounts), {
      message: "The blog's tables hold rows already; --reset drops them and starts again.",
    });
    assert.equal(await value('SELECT count(*)::int FROM comments'), amounts.comments);
  });

  it('leaves the tables of somebody else alone, even when told to drop its own', async () => {
    await client.query('CREATE DATABASE other');
    const url = server.connectionString('other');
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    try {
      await other.query("CREATE TABLE users (name text); INSERT INTO users VALUES ('somebody')");
      const refusal = /^The database has tables of its own named users; choose an empty database for the blog\.$/;
      await assert.rejects(loadBlog(url, amounts), { message: refusal });
      await assert.rejects(loadBlog(url, { ...amounts, reset: true }), { message: refusal });
      assert.deepEqual((await other.query('SELECT name FROM users')).rows, [{ name: 'somebody' }]);
    } finally {
      await other.end();
    }
  });

  it('can be planned, every query of the services and the reports', async () => {
    const finder = await QuerySiteFinder.load({
      parser: await SqlParser.load(),
      grammarFolder: 'node_modules/@vscode/tree-sitter-wasm/wasm',
      roles: wholePaths,
    });
    const queries: QuerySite[] = [];
    for (const document of await sampleDocuments(['src', 'reports'])) {
      queries.push(...finder.find(document));
    }
    const sent = queries.filter((query) => !/^\s*\\/.test(query.sql));
    assert.ok(sent.length >= 26, `only ${sent.length} queries were found`);
    for (const query of sent) {
      await assert.doesNotReject(client.query(`EXPLAIN (GENERIC_PLAN) ${query.sql}`), `${query.uri}: ${query.sql}`);
    }
  });
});
