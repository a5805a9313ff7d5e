import assert from 'node:assert/strict';
import type { ParameterValues } from '../../src/database/planner';
import type { WhatIfPlanner } from '../../src/database/what-if/planner';
import { planNodes } from '../../src/plan/walk-plan';
import { AdviceTrial, type Advised } from '../support/advised';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { startWhatIf } from '../support/what-if';

/** Tables that ANALYZE reads as a whole, so that every run has the same statistics. */
const magazine = `
  CREATE TABLE users (id int PRIMARY KEY, email varchar(80) NOT NULL, name text NOT NULL, country text NOT NULL);
  INSERT INTO users SELECT n, 'User' || n || '@Example' || n % 97 || '.com', 'name ' || md5(n::text), 'country ' || n % 40
    FROM generate_series(1, 20000) n;
  CREATE TABLE posts (
    id int PRIMARY KEY, author_id int NOT NULL REFERENCES users, editor_id int, status text NOT NULL,
    published boolean NOT NULL, title text NOT NULL, score int NOT NULL, created_at timestamp NOT NULL,
    changed_at timestamptz NOT NULL, deleted_at timestamptz);
  INSERT INTO posts SELECT n, 1 + (n * 7919) % 20000, CASE WHEN n % 20 = 0 THEN n % 500 END,
    CASE WHEN n % 50 = 0 THEN 'draft' WHEN n % 3 = 0 THEN 'archived' ELSE 'published' END, n % 50 <> 0,
    'title ' || md5(n::text) || repeat(' more', 40), (n * 31) % 10000,
    timestamp '2020-01-01' + (n * 7907 % 25000) * interval '1 hour',
    timestamptz '2020-01-01' + (n * 7907 % 25000) * interval '1 hour',
    CASE WHEN n % 25 = 0 THEN timestamptz '2024-01-01' END FROM generate_series(1, 25000) n;
  CREATE TABLE comments (
    id int PRIMARY KEY, post_id int NOT NULL REFERENCES posts ON DELETE CASCADE, author_id int NOT NULL REFERENCES users,
    body text NOT NULL, likes int NOT NULL);
  INSERT INTO comments SELECT n, 1 + (n * 7877) % 25000, 1 + (n * 7919) % 20000, 'body ' || md5(n::text), n % 100
    FROM generate_series(1, 29000) n;
  CREATE TABLE votes (id int PRIMARY KEY, comment_id int NOT NULL REFERENCES comments ON DELETE CASCADE);
  INSERT INTO votes SELECT n, 1 + n % 29000 FROM generate_series(1, 29000) n;
  CREATE VIEW live AS SELECT * FROM posts WHERE deleted_at IS NULL;`;

const documents = `
  CREATE TABLE documents (
    id int PRIMARY KEY, slug varchar(120) NOT NULL, title text NOT NULL, tags text[] NOT NULL, data jsonb NOT NULL,
    document tsvector NOT NULL);
  INSERT INTO documents SELECT n, 'slug-' || md5((n * 5)::text), 'title ' || md5(n::text),
    ARRAY['tag' || n % 500, 'tag' || (n * 7) % 900], jsonb_build_object('kind', 'k' || n % 700, 'size', n % 1000),
    to_tsvector('english', 'word' || n % 700 || ' other' || n % 90) FROM generate_series(1, 12000) n;
  CREATE TABLE bookings (id int PRIMARY KEY, room_id int NOT NULL, during tsrange NOT NULL);
  INSERT INTO bookings SELECT n, n % 50,
    tsrange(timestamp '2024-01-01' + n * interval '1 hour', timestamp '2024-01-01' + (n + 2) * interval '1 hour')
    FROM generate_series(1, 12000) n;
  CREATE TABLE places (id int PRIMARY KEY, name text NOT NULL, spot point NOT NULL);
  INSERT INTO places SELECT n, 'place ' || md5(n::text), point(n * 7919 % 10007, n * 104729 % 10009)
    FROM generate_series(1, 12000) n;`;

describe('the indexes that are proposed, each created on a real server', function () {
  this.timeout(120_000);
  let whatIf: WhatIfPlanner;
  before(async () => {
    whatIf = await startWhatIf();
  });
  after(() => whatIf?.dispose());

  /** The server uses what was proposed, at the cost that was said. */
  function assertProved({ created, fixes }: Advised, within = 0.05): void {
    for (const [i, { predicted, real, used }] of created.entries()) {
      assert.ok(used, `not used: ${fixes[i]?.title}`);
      // A page is 1.
      assert.ok(
        Math.abs(predicted - real) <= Math.max(real * within, 1),
        `${predicted} is ${real}: ${fixes[i]?.title}`,
      );
    }
  }

  describe('for a magazine', () => {
    let database: TestDatabase;
    let trial: AdviceTrial;
    before(async () => {
      database = await createDatabase(await sharedServer(), magazine);
      await database.admin.query('VACUUM ANALYZE');
      trial = await AdviceTrial.of(database.admin, whatIf);
    });
    after(() => database?.drop());

    for (const [what, sql, values, expected] of [
      ['an equality', 'SELECT * FROM posts WHERE author_id = $1', ['17'], ['posts (author_id)']],
      [
        'a condition on a view with a condition of its own',
        'SELECT * FROM live WHERE author_id = $1 ORDER BY created_at DESC LIMIT 5',
        ['17'],
        ['posts (author_id)'],
      ],
      [
        'an equality and a range',
        'SELECT * FROM posts WHERE author_id = $1 AND created_at > $2',
        ['17', '2021-01-01'],
        ['posts (author_id, created_at)'],
      ],
      [
        'an equality and the sort order',
        `SELECT id FROM posts WHERE status = $1 ORDER BY created_at DESC LIMIT 10`,
        ['draft'],
        ['posts (status, created_at DESC)'],
      ],
      [
        'a sort order with NULLS LAST',
        'SELECT * FROM posts ORDER BY deleted_at DESC NULLS LAST LIMIT 10',
        undefined,
        ['posts (deleted_at DESC NULLS LAST)'],
      ],
      [
        'keyset pagination',
        'SELECT * FROM posts WHERE (created_at, id) < ($1, $2) ORDER BY created_at DESC, id DESC LIMIT 20',
        ['2021-01-01', '500'],
        ['posts (created_at DESC, id DESC)'],
      ],
      ['IN', 'SELECT * FROM posts WHERE author_id IN (1, 2, 3)', undefined, ['posts (author_id)']],
      ['ANY', 'SELECT * FROM posts WHERE author_id = ANY ($1)', ['{1,2,3}'], ['posts (author_id)']],
      [
        'OR, by two indexes',
        'SELECT * FROM posts WHERE author_id = 17 OR editor_id = 20',
        undefined,
        ['posts (author_id)', 'posts (editor_id)'],
      ],
      ['max', 'SELECT max(score) FROM posts', undefined, ['posts (score)']],
      [
        'min and max of two columns',
        'SELECT min(score), max(created_at) FROM posts',
        undefined,
        ['posts (score)', 'posts (created_at)'],
      ],
      ['DISTINCT', 'SELECT DISTINCT author_id FROM posts', undefined, ['posts (author_id)']],
      [
        'DISTINCT ON',
        'SELECT DISTINCT ON (author_id) author_id, created_at FROM posts ORDER BY author_id, created_at DESC',
        undefined,
        ['posts (author_id, created_at DESC)'],
      ],
      ['GROUP BY', 'SELECT editor_id, count(*) FROM posts GROUP BY editor_id', undefined, ['posts (editor_id)']],
      [
        'a window',
        'SELECT author_id, row_number() OVER (PARTITION BY author_id ORDER BY created_at DESC) FROM posts',
        undefined,
        ['posts (author_id, created_at DESC)'],
      ],
      [
        'a join, in both directions',
        'SELECT p.*, c.body FROM posts p JOIN comments c ON c.post_id = p.id WHERE p.author_id = 17',
        undefined,
        ['posts (author_id)', 'comments (post_id)'],
      ],
      [
        'NOT EXISTS',
        `SELECT u.* FROM users u WHERE u.id < 50 AND NOT EXISTS (SELECT 1 FROM posts p WHERE p.author_id = u.id)`,
        undefined,
        ['posts (author_id)'],
      ],
      [
        'EXISTS',
        `SELECT u.* FROM users u WHERE u.id < 50 AND EXISTS (SELECT 1 FROM posts p WHERE p.author_id = u.id)`,
        undefined,
        ['posts (author_id)'],
      ],
      [
        'IN with a sub-query',
        `SELECT * FROM posts WHERE author_id IN (SELECT id FROM users WHERE name = 'name x')`,
        undefined,
        ['posts (author_id)', 'users (name)'],
      ],
      [
        'LATERAL',
        `SELECT u.name, x.title FROM users u, LATERAL (
           SELECT title FROM posts p WHERE p.author_id = u.id ORDER BY created_at DESC LIMIT 2) x WHERE u.id < 50`,
        undefined,
        ['posts (author_id)'],
      ],
      [
        'a CTE',
        'WITH good AS (SELECT * FROM posts WHERE score > 9990) SELECT g.title, c.body FROM good g JOIN comments c ON c.post_id = g.id',
        undefined,
        ['posts (score)', 'comments (post_id)'],
      ],
      [
        'UPDATE',
        `UPDATE posts SET score = 0 WHERE author_id = 17 AND status = 'draft'`,
        undefined,
        ['posts (author_id, status)'],
      ],
      [
        'INSERT … SELECT',
        `INSERT INTO votes SELECT 100000 + id, id FROM comments WHERE author_id = 55`,
        undefined,
        ['comments (author_id)'],
      ],
      [
        'MERGE',
        `MERGE INTO comments c USING (SELECT id FROM posts WHERE author_id = 17) p ON c.post_id = p.id
         WHEN MATCHED THEN UPDATE SET likes = 0`,
        undefined,
        ['posts (author_id)', 'comments (post_id)'],
      ],
    ] as const satisfies readonly (readonly [string, string, ParameterValues | undefined, readonly string[]])[]) {
      it(`serve ${what}`, async () => {
        const advised = await trial.try(sql, values);
        assert.deepEqual([...advised.indexes].sort(), [...expected].sort());
        assertProved(advised);
      });
    }

    it('hold further columns where then the table need not be visited, and say how much of it is all-visible', async () => {
      const advised = await trial.try(`SELECT sum(score) FROM posts WHERE created_at > '2022-01-01'`);
      assert.deepEqual(advised.indexes, ['posts (created_at) INCLUDE (score)']);
      assertProved(advised);
      assert.ok(planNodes(advised.plan?.root as never).some(({ type }) => type === 'Index Only Scan'));
      assert.match(
        advised.fixes[0]?.title ?? '',
        /index-only while vacuum keeps up: 100 % of the pages are all-visible/,
      );
    });

    it('are for the foreign keys that a DELETE checks, also those of what goes with it', async () => {
      const advised = await trial.try('DELETE FROM posts WHERE id = $1', ['17']);
      assert.deepEqual(advised.indexes, ['comments (post_id)', 'votes (comment_id)']);
      assertProved(advised);
      const [first] = advised.fixes;
      assert.match(
        first?.title ?? '',
        /^Create index on comments \(post_id\) for the foreign key comments\.post_id: each deleted row of posts reads all of comments: cost/,
      );
      assert.equal(first?.foreignKey?.sql, 'DELETE FROM ONLY public.comments WHERE $1 = post_id');
    });

    it('are for the foreign keys of a key that is changed, and of no other column', async () => {
      const advised = await trial.try('UPDATE users SET id = $1 WHERE id = $2', ['99999', '5']);
      assert.deepEqual(advised.indexes, ['posts (author_id)', 'comments (author_id)']);
      assertProved(advised);
      assert.deepEqual(await trial.advise('UPDATE users SET name = $1 WHERE id = $2', ['x', '5']), []);
    });

    for (const [why, sql, values] of [
      ['the plan is fine', 'SELECT * FROM posts WHERE id = $1', ['5']],
      ['nearly all rows are wanted', `SELECT * FROM posts WHERE published`, undefined],
      ['most rows are counted', `SELECT count(*) FROM posts WHERE score >= 100`, undefined],
      ['no index finds what an array holds by = ANY', `SELECT id FROM posts WHERE $1 = ANY (ARRAY[author_id])`, ['5']],
      ['a cast depends on the time zone', `SELECT id FROM posts WHERE changed_at::date = '2021-03-01'`, undefined],
      ['the whole table is sorted', 'SELECT title FROM posts ORDER BY created_at', undefined],
    ] as const) {
      it(`are none where ${why}`, async () => {
        assert.deepEqual(
          (await trial.advise(sql, values)).map(({ title }) => title),
          [],
        );
      });
    }

    it('say which existing index they make superfluous', async () => {
      await database.admin.query('CREATE INDEX posts_old ON posts (status)');
      try {
        const later = await AdviceTrial.of(database.admin, whatIf);
        const [fix] = await later.advise('SELECT * FROM posts WHERE status = $1 ORDER BY score LIMIT 10', ['draft']);
        assert.deepEqual(fix?.replaces, ['posts_old']);
        assert.match(fix?.title ?? '', /makes posts_old superfluous/);
      } finally {
        await database.admin.query('DROP INDEX posts_old');
      }
    });
  });

  describe('for documents', () => {
    let database: TestDatabase;
    let trial: AdviceTrial;
    before(async () => {
      database = await createDatabase(await sharedServer(), documents);
      await database.admin.query('VACUUM ANALYZE');
      trial = await AdviceTrial.of(database.admin, whatIf);
    });
    after(() => database?.drop());

    for (const [what, sql, values, expected, needs] of [
      [
        'a prefix in the collation C',
        `SELECT id FROM documents WHERE slug LIKE 'slug-abc%'`,
        undefined,
        'documents (slug)',
      ],
      [
        'a part of a text',
        `SELECT id FROM documents WHERE title ILIKE '%abcde%'`,
        undefined,
        'documents gin (title gin_trgm_ops)',
        'pg_trgm',
      ],
      [
        'a regular expression',
        `SELECT id FROM documents WHERE title ~ 'abc.*def12'`,
        undefined,
        'documents gin (title gin_trgm_ops)',
        'pg_trgm',
      ],
      [
        'a part of a jsonb value',
        `SELECT id FROM documents WHERE data @> $1`,
        ['{"kind":"k5"}'],
        'documents gin (data jsonb_path_ops)',
      ],
      ['a key of a jsonb value', `SELECT id FROM documents WHERE data ? 'nothing'`, undefined, 'documents gin (data)'],
      ['elements of an array', `SELECT id FROM documents WHERE tags @> $1`, ['{tag5}'], 'documents gin (tags)'],
      [
        'an element of an array, the other way round',
        `SELECT id FROM documents WHERE $1 <@ tags`,
        ['{tag5}'],
        'documents gin (tags)',
      ],
      [
        'full text',
        `SELECT id FROM documents WHERE document @@ to_tsquery('english', 'word5')`,
        undefined,
        'documents gin (document)',
      ],
      [
        'a range that overlaps',
        `SELECT * FROM bookings WHERE during && tsrange('2024-03-01', '2024-03-02')`,
        undefined,
        'bookings gist (during)',
      ],
      [
        'the nearest place',
        'SELECT * FROM places ORDER BY spot <-> point(5, 5) LIMIT 5',
        undefined,
        'places gist (spot)',
      ],
      [
        'the most similar name',
        `SELECT * FROM places ORDER BY name <-> 'place abc' LIMIT 5`,
        undefined,
        'places gist (name gist_trgm_ops)',
        'pg_trgm',
      ],
    ] as const satisfies readonly (readonly [string, string, ParameterValues | undefined, string, string?])[]) {
      it(`find ${what}`, async () => {
        if (needs && sql.includes('<->')) await database.admin.query(`CREATE EXTENSION IF NOT EXISTS ${needs}`);
        const advised = await (needs && sql.includes('<->') ? await AdviceTrial.of(database.admin, whatIf) : trial).try(
          sql,
          values,
        );
        assert.deepEqual(advised.indexes, [expected]);
        assertProved(advised, 0.1);
        const asked = needs && !sql.includes('<->') ? `CREATE EXTENSION IF NOT EXISTS ${needs}` : undefined;
        assert.equal(advised.fixes[0]?.needs, asked);
      });
    }
  });
});
