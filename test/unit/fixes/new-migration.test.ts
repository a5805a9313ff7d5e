import assert from 'node:assert/strict';
import { newMigration } from '../../../src/fixes/new-migration';
import { planFixture } from '../../support/plan-fixtures';
import { indexFix } from '../../support/rule-contexts';

const fix = indexFix({}, planFixture('seq-scan-estimate'), planFixture('index-scan-fast'));
const now = new Date('2026-03-04T05:06:07.890Z');
const migrate = (paths: readonly string[], near?: string) => newMigration(fix, { paths, near, now });
const create = 'CREATE INDEX CONCURRENTLY posts_author_id_created_at_idx ON posts (author_id, created_at DESC)';
const name = 'create_posts_author_id_created_at_idx';

describe('newMigration', () => {
  const styles: Record<string, [string, string]> = {
    'migrations/0007_tags.sql': [`migrations/0008_${name}.sql`, 'CREATE INDEX posts_author_id'],
    'migrations/005_post_tags.sql': [`migrations/006_${name}.sql`, 'CREATE INDEX posts_author_id'],
    'db/migrations/20240101120000_tags.sql': [
      `db/migrations/20260304050607_${name}.sql`,
      'CREATE INDEX posts_author_id',
    ],
    'src/main/resources/db/migration/V9__tags.sql': [
      `src/main/resources/db/migration/V10__${name}.sql`,
      'CREATE INDEX',
    ],
    'prisma/migrations/20240101120000_init/migration.sql': [
      `prisma/migrations/20260304050607_${name}/migration.sql`,
      'CREATE INDEX CONCURRENTLY posts',
    ],
    'migrations/20240101120000_tags.js': [
      `migrations/20260304050607_${name}.js`,
      'exports.config = { transaction: false };',
    ],
    'migrations/20240101120000_tags.mjs': [
      `migrations/20260304050607_${name}.mjs`,
      'export const config = { transaction: false };',
    ],
    'migrations/20240101120000_tags.ts': [`migrations/20260304050607_${name}.ts`, "import type { Knex } from 'knex';"],
    'migrations/20240101120000-tags.js': [
      `migrations/20260304050607-${name.replaceAll('_', '-')}.js`,
      'queryInterface.sequelize.query(',
    ],
    'migrations/1704110400000_tags.js': [`migrations/${now.getTime()}_${name}.js`, 'pgm.noTransaction();'],
    'src/migrations/1704110400000-Tags.ts': [
      `src/migrations/${now.getTime()}-CreatePostsAuthorIdCreatedAtIdx.ts`,
      `export class CreatePostsAuthorIdCreatedAtIdx${now.getTime()} implements MigrationInterface {`,
    ],
    'migrations/1704110400000-tags.js': [
      `migrations/${now.getTime()}-CreatePostsAuthorIdCreatedAtIdx.js`,
      '  transaction = false;',
    ],
    'src/migrations/Migration20240101120000.ts': [
      `src/migrations/Migration20260304050607_${name}.ts`,
      'override isTransactional(): boolean {',
    ],
    'migrations/Migration20240101120000_tags.js': [
      `migrations/Migration20260304050607_${name}.js`,
      `exports.Migration20260304050607_${name} =`,
    ],
    'db/migrate/20240101120000_create_tags.rb': [`db/migrate/20260304050607_${name}.rb`, 'disable_ddl_transaction!'],
  };
  for (const [existing, [path, text]] of Object.entries(styles)) {
    it(`after ${existing} comes ${path}`, () => {
      const [file, ...others] = migrate(['package.json', existing]);
      assert.equal(file?.path, path);
      assert.ok(file?.content.includes(text), file?.content);
      assert.ok(file?.content.includes(create), file?.content);
      assert.deepEqual(others, []);
    });
  }

  it('writes up and down into two files where the project does', () => {
    const files = migrate(['migrations/000002_tags.up.sql', 'migrations/000002_tags.down.sql']);
    assert.deepEqual(
      files.map(({ path }) => path),
      [`migrations/000003_${name}.up.sql`, `migrations/000003_${name}.down.sql`],
    );
    assert.equal(files[1]?.content, 'DROP INDEX IF EXISTS posts_author_id_created_at_idx;\n');
  });

  it('writes SQL that can run in a transaction, and says what to do on a large table', () => {
    const [file] = migrate(['migrations/001_users.sql']);
    assert.equal(
      file?.content,
      `-- Blocks writes to posts while it is built. On a large table in use, run it outside a transaction instead:
-- ${create};
CREATE INDEX posts_author_id_created_at_idx ON posts (author_id, created_at DESC);
`,
    );
  });

  it('writes JavaScript that can be read and does what it says', async () => {
    const [file] = migrate(['migrations/20240101120000_tags.js']);
    const exported: { up?: Run; down?: Run; config?: unknown } = {};
    new Function('exports', file?.content ?? '')(exported);
    const sent: string[] = [];
    const knex = { raw: async (sql: string) => void sent.push(sql) };
    await exported.up?.(knex);
    await exported.down?.(knex);
    assert.deepEqual(sent, [create, 'DROP INDEX CONCURRENTLY IF EXISTS posts_author_id_created_at_idx']);
    assert.deepEqual(exported.config, { transaction: false });
  });

  it('quotes in JavaScript what a name or a condition needs', async () => {
    const odd = indexFix({}, planFixture('seq-scan-estimate'), planFixture('index-scan-fast'), {
      concurrently: "CREATE INDEX CONCURRENTLY a ON b (c) WHERE d = '`$PLACEHOLDER' AND f ? 'g'".replace(
        'PLACEHOLDER',
        '{e}\\',
      ),
    });
    const [file] = newMigration(odd, { paths: ['migrations/20240101120000-tags.js'], now });
    const module: { exports: { up?: Run } } = { exports: {} };
    new Function('module', file?.content ?? '')(module);
    const sent: string[] = [];
    await module.exports.up?.({ sequelize: { query: async (sql: string) => void sent.push(sql) } });
    assert.deepEqual(sent, [odd.concurrently]);
  });

  it('lists a migration of Drizzle in the journal, behind the last one', () => {
    const journal = {
      version: '7',
      dialect: 'postgresql',
      entries: [{ idx: 3, version: '7', when: 9e12, tag: '0003_x' }],
    };
    const files = newMigration(fix, {
      paths: ['drizzle/0003_x.sql', 'drizzle/meta/_journal.json', 'migrations/0001_other.sql'],
      near: 'drizzle/x.ts',
      now,
      textOf: () => JSON.stringify(journal),
    });
    const [sql, listed] = files;
    assert.equal(sql?.path, `drizzle/0004_${name}.sql`);
    assert.match(sql?.content ?? '', /^CREATE INDEX posts_/m);
    assert.deepEqual([listed?.path, listed?.isChanged], ['drizzle/meta/_journal.json', true]);
    assert.deepEqual(JSON.parse(listed?.content ?? ''), {
      ...journal,
      entries: [...journal.entries, { idx: 4, version: '7', when: 9e12 + 1, tag: `0004_${name}`, breakpoints: true }],
    });
  });

  it('says when the journal of Drizzle cannot be read', () => {
    const paths = ['drizzle/0003_x.sql', 'drizzle/meta/_journal.json'];
    for (const text of [undefined, '', '{}'])
      assert.throws(() => newMigration(fix, { paths, now, textOf: () => text }), /_journal\.json/);
  });

  it('creates the extension first', () => {
    const trigram = { ...fix, needs: 'CREATE EXTENSION IF NOT EXISTS pg_trgm' };
    const [file] = newMigration(trigram, { paths: ['migrations/001_users.sql'], now });
    assert.match(file?.content ?? '', /^CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE INDEX posts_/m);
  });

  it('never numbers a migration below the last one', () => {
    assert.equal(migrate(['migrations/20991231235959_future.sql'])[0]?.path, `migrations/20991231235960_${name}.sql`);
  });

  it('follows the latest migration where the project changed its habit', () => {
    const paths = ['migrations/001_users.sql', 'migrations/002_posts.sql', 'migrations/20240101120000_tags.sql'];
    assert.equal(migrate(paths)[0]?.path, `migrations/20260304050607_${name}.sql`);
  });

  it('takes the folder of the package with the query', () => {
    const paths = ['apps/a/migrations/01_x.sql', 'apps/b/migrations/01_x.sql', 'apps/a/migrations/02_y.sql'];
    assert.equal(migrate(paths, 'apps/b/src/posts.ts')[0]?.path, `apps/b/migrations/02_${name}.sql`);
    assert.equal(migrate(paths)[0]?.path, `apps/a/migrations/03_${name}.sql`);
  });

  it('starts a folder where there is none, and takes no dependency for one', () => {
    const paths = ['src/posts.ts', 'node_modules/x/migrations/0001_x.sql', 'migrations/README.md'];
    assert.equal(migrate(paths)[0]?.path, `migrations/20260304050607_${name}.sql`);
  });

  it('nothing of a hostile name gets out of the statement, or out of the folder', () => {
    const table = 'x"; DROP TABLE y; --\n; DROP TABLE z; --\rSQL\n#{exit} ${exit()} ` \' /../../w';
    const index = { ...fix.index, table, name: `${table}_idx` };
    const quoted = `"${table.replaceAll('"', '""')}"`;
    const hostile = {
      ...fix,
      index,
      sql: `CREATE INDEX "a" ON ${quoted} (id)`,
      concurrently: `CREATE INDEX CONCURRENTLY "a" ON ${quoted} (id)`,
    };
    const made = (path: string) => newMigration(hostile, { paths: [path], now })[0] ?? assert.fail(path);
    const sql = made('migrations/0007_tags.sql');
    assert.match(sql.path, /^migrations\/[\w.]+\.sql$/);
    const outside = sql.content.replace(hostile.sql, '').split(/[\r\n]+/);
    assert.deepEqual(
      outside.filter((line) => line !== '' && line !== ';' && !line.startsWith('--')),
      [],
    );
    const rails = made('db/migrate/20240101120000_create_tags.rb').content;
    assert.ok(rails.includes(`execute ${JSON.stringify(`${hostile.concurrently};`).replaceAll('#', '\\#')}\n`), rails);
    const knex = made('migrations/20240101120000_tags.mjs').content;
    const [, literal = ''] = /knex\.raw\((`(?:[^`\\]|\\[\s\S])*`)\)/.exec(knex) ?? [];
    assert.equal(
      new Function('exit', `return ${literal}`)(() => assert.fail('it ran')),
      hostile.concurrently,
    );
  });
});

type Run = (database: unknown) => Promise<void>;
