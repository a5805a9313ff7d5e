import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadBlog } from '../../examples/blog/scripts/load.mjs';
import { sampleFolder } from '../../scripts/lib/sample.mjs';
import { slowStatements } from '../../src/guide/bottleneck/slow-statements';
import { statementCounting } from '../../src/guide/bottleneck/statement-counting';
import { type Workload, workloadOf } from '../../src/guide/workload';
import { type GuideRun, runGuide } from '../support/guide-run';
import { healthServer } from '../support/health';
import { createDatabase, type TestDatabase } from '../support/postgres-server';

const amounts = { users: 500, posts: 5_000, comments: 20_000, until: new Date('2026-01-01') };

describe('the workload of the sample', function () {
  this.timeout(90_000);

  let database: TestDatabase;
  let run: GuideRun;
  let workload: Workload;

  before(async () => {
    database = await createDatabase(await healthServer());
    const url = database.server.connectionString(database.name);
    await loadBlog(url, amounts);
    await database.admin.query('CREATE EXTENSION pg_stat_statements; SELECT pg_stat_statements_reset()');
    await useTheBlog(url);
    run = await runGuide([statementCounting, slowStatements], database.gateOptions(), { folder: sampleFolder });
    const found = workloadOf(run.facts.health, run.facts.workspace?.queries ?? []);
    assert.ok(found);
    workload = found;
  });
  after(() => database?.drop());

  it('has a place in the code for every statement that the program sent', () => {
    const unknown = workload.rows.filter(({ sender }) => sender === 'elsewhere' || sender === 'hidden');
    const texts = unknown.map(({ statistic }) => statistic.text).filter((text) => !isOurs(text));
    assert.deepEqual(texts, []);
    assert.ok(workload.rows.filter(({ sender }) => sender === 'here').length >= 18);
  });

  it('is counted', () => {
    assert.equal(run.results.get('bottleneck/statement-counting')?.state, 'passed');
  });

  it('says which function sends it, and not who sends the same with other aliases', () => {
    const senders = (text: string) => {
      const row = workload.rows.find(({ statistic }) => statistic.text === text);
      return [row?.statistic.calls, ...(row?.places.map(({ inFunction }) => inFunction) ?? [])];
    };
    assert.deepEqual(senders('SELECT count(*) FROM comments WHERE post_id = $1'), [20, 'feed']);
    const ofSequelize = 'SELECT count(*) AS "count" FROM "comments" AS "Comment" WHERE "Comment"."post_id" = $1';
    assert.deepEqual(senders(ofSequelize).slice(1), ['weeklyDigest']);
  });

  it('takes what libraries ask of the catalog for nobody’s query', () => {
    const ofTypes = workload.rows.find(({ statistic }) => /FROM pg_range/.test(statistic.text ?? ''));
    assert.equal(ofTypes?.sender, 'session');
  });
});

/** Calls every service of the sample, which is copied to where its libraries are found. */
async function useTheBlog(url: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'planlight-blog-'));
  for (const name of ['src', 'config', 'package.json'])
    await cp(join(sampleFolder, name), join(folder, name), { recursive: true });
  await symlink(join(import.meta.dirname, 'node_modules'), join(folder, 'node_modules'));
  process.env.DATABASE_URL = url;
  const load = (file: string) => import(join(folder, 'src', file));
  const [posts, comments, feed, digest, search, tags, reports] = await Promise.all(
    ['posts.js', 'comments.js', 'feed.js', 'digest.js', 'search.js', 'tags.ts', 'reports.ts'].map((name) =>
      load(`services/${name}`),
    ),
  );
  const { pool } = await load('db/pool.js');
  const { sequelize } = await load('models/sequelize.js');
  try {
    for (let i = 1; i <= 12; i++) {
      await posts.postsByAuthor(i);
      await comments.latestComments(i);
    }
    const [post] = await posts.publishedPosts();
    await posts.postsPage(9);
    await posts.postBySlug(post.slug);
    await posts.countView(post.id);
    await posts.archiveDrafts(1);
    await comments.commentsOfPost(post.id);
    await comments.addComment(post.id, 1, 'Fine.');
    await comments.purgeComments(1);
    await feed.feed();
    await feed.authorsOf([post]);
    await digest.weeklyDigest(amounts.until);
    await digest.weeklyDigestWithJoin(amounts.until);
    await search.searchPosts('a');
    await search.searchUsers('a');
    await search.userByEmail('a@example.org');
    await tags.postsWithTag('a');
    await tags.tagsOfPost(post.id);
    await reports.postsWithCommentCount('1');
    await reports.monthlyReport();
  } finally {
    await pool.end();
    await sequelize.close();
    delete process.env.DATABASE_URL;
    await rm(folder, { recursive: true });
  }
}

interface Recorded {
  readonly name: string;
  readonly sent: readonly { readonly sql: string; readonly parameters: readonly unknown[] }[];
}

/** What Sequelize really sends for each case, sent again to a server that has the models' tables. */
describe('the workload of an application with Sequelize', function () {
  this.timeout(90_000);

  let database: TestDatabase;
  before(async () => {
    database = await createDatabase(await healthServer(), 'CREATE SCHEMA people; CREATE EXTENSION pg_stat_statements');
  });
  after(() => database?.drop());

  it('is found in the code, statement by statement, whatever aliases the library makes up', async () => {
    const recorded = await recordedStatements(database.server.connectionString(database.name));
    await database.admin.query('SELECT pg_stat_statements_reset()');
    let accepted = 0;
    for (const { sql, parameters } of recorded.flatMap(({ sent }) => sent)) {
      await database.admin.query('BEGIN');
      // Made-up parameters, such as a text for a uuid: what the server refuses is not counted.
      accepted += await database.admin.query(sql, [...parameters]).then(
        () => 1,
        () => 0,
      );
      await database.admin.query('ROLLBACK');
    }
    assert.ok(accepted > 300, `${accepted} statements were accepted`);
    const { facts } = await runGuide([slowStatements], database.gateOptions(), {
      folder: join(applications, 'sequelize'),
    });
    const rows = workloadOf(facts.health, facts.workspace?.queries ?? [])?.rows ?? [];
    const missed = rows.filter(
      ({ sender, statistic }) => sender !== 'here' && sender !== 'session' && !isOurs(statistic.text),
    );
    assert.deepEqual(
      missed.map(({ statistic }) => statistic.text),
      [],
    );
    assert.ok(rows.filter(({ sender }) => sender === 'here').length > 150);
  });
});

const applications = join(import.meta.dirname, 'apps');

async function recordedStatements(url: string): Promise<Recorded[]> {
  const run = (script: string, ...args: string[]) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', join(applications, 'sequelize', script), ...args], {
      cwd: join(import.meta.dirname, '../..'),
      env: { ...process.env, DATABASE_URL: url, TSX_TSCONFIG_PATH: join(applications, 'tsconfig.json') },
      maxBuffer: 1 << 26,
    });
  await run('create-tables.ts');
  const { stdout } = await run('record.ts', './cases');
  return JSON.parse(stdout) as Recorded[];
}

const isOurs = (text = ''): boolean => /pg_stat_statements_reset/.test(text);
