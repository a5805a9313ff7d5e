import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type NewFile, newMigration } from '../../src/fixes/new-migration';
import { planFixture } from '../support/plan-fixtures';
import { createDatabase, sharedServer, type TestDatabase } from '../support/postgres-server';
import { indexFix } from '../support/rule-contexts';

const apps = join(import.meta.dirname, 'apps/fixes');
const made = join(apps, 'made/migrations-of-tools');
const load = createRequire(join(apps, 'models.ts'));
const name = 'posts_author_id_created_at_idx';
const fix = indexFix({}, planFixture('seq-scan-estimate'), planFixture('index-scan-fast'));

/** Writes the migration that follows one of this name, and gives its path. */
async function migration(after: string): Promise<string> {
  const [file] = newMigration(fix, { paths: [after], now: new Date('2026-03-04T05:06:07.890Z') });
  const { path, content }: NewFile = file ?? assert.fail(after);
  await mkdir(dirname(join(made, path)), { recursive: true });
  await writeFile(join(made, path), content);
  return join(made, path);
}

describe('A migration with an index is run by its tool', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let url: string;

  const schema = 'CREATE TABLE posts (id serial PRIMARY KEY, author_id integer, created_at timestamptz)';
  const indexes = async () => {
    const { Client } = load('pg');
    const client = new Client(url);
    await client.connect();
    try {
      const sql = 'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indisvalid AND NOT indisprimary';
      const { rows } = await client.query(`${sql} AND indrelid = 'posts'::regclass`);
      return rows.map((row: { name: string }) => row.name);
    } finally {
      await client.end();
    }
  };

  beforeEach(async () => {
    database = await createDatabase(await sharedServer(), schema);
    url = database.server.connectionString(database.name);
    await rm(made, { recursive: true, force: true });
  });

  afterEach(async () => {
    await rm(made, { recursive: true, force: true });
    await database?.drop();
  });

  for (const after of ['typeorm/migrations/1704110400000-Tags.ts', 'typeorm/migrations/1704110400000-tags.js']) {
    it(`of TypeORM, beside ${after}`, async () => {
      const path = await migration(after);
      const { DataSource } = load('typeorm');
      const source = new DataSource({ type: 'postgres', url, migrations: [path], migrationsTransactionMode: 'each' });
      await source.initialize();
      try {
        await source.runMigrations();
        assert.deepEqual(await indexes(), [name]);
        await source.undoLastMigration();
        assert.deepEqual(await indexes(), []);
      } finally {
        await source.destroy();
      }
    });
  }

  for (const after of ['knex/migrations/20240101120000_tags.ts', 'knex/migrations/20240101120000_tags.js']) {
    it(`of Knex, beside ${after}`, async () => {
      const directory = dirname(await migration(after));
      const knex = load('knex')({ client: 'pg', connection: url, migrations: { directory } });
      try {
        await knex.migrate.latest();
        assert.deepEqual(await indexes(), [name]);
        await knex.migrate.rollback();
        assert.deepEqual(await indexes(), []);
      } finally {
        await knex.destroy();
      }
    });
  }

  for (const after of [
    'mikro-orm/migrations/Migration20240101120000.ts',
    'mikro-orm/migrations/Migration20240101120000.js',
  ]) {
    it(`of MikroORM, beside ${after}`, async () => {
      const written = await migration(after);
      const { MikroORM, EntitySchema } = load('@mikro-orm/postgresql');
      const { Migrator } = load('@mikro-orm/migrations');
      const orm = await MikroORM.init({
        clientUrl: url,
        entities: [new EntitySchema({ name: 'Post', properties: { id: { type: 'integer', primary: true } } })],
        extensions: [Migrator],
        migrations: { path: dirname(written), glob: '!(*.d).{js,ts}', snapshot: false },
      });
      try {
        const migrator = orm.getMigrator();
        await migrator.up();
        assert.deepEqual(await indexes(), [name]);
        await migrator.down();
        assert.deepEqual(await indexes(), []);
      } finally {
        await orm.close(true);
      }
    });
  }

  it('of Drizzle', async () => {
    const entries = [{ idx: 0, version: '7', when: 1704110400000, tag: '0000_tags', breakpoints: true }];
    const texts = new Map([
      ['drizzle/0000_tags.sql', 'SELECT 1;'],
      ['drizzle/meta/_journal.json', JSON.stringify({ version: '7', dialect: 'postgresql', entries })],
    ]);
    const files = newMigration(
      { ...fix, needs: 'CREATE EXTENSION IF NOT EXISTS pg_trgm' },
      {
        paths: [...texts.keys()],
        now: new Date(),
        textOf: (path) => texts.get(path),
      },
    );
    for (const { path, content } of files) texts.set(path, content);
    await mkdir(join(made, 'drizzle/meta'), { recursive: true });
    for (const [path, text] of texts) await writeFile(join(made, path), text);
    const { Pool } = load('pg');
    const pool = new Pool({ connectionString: url });
    try {
      const { migrate } = load('drizzle-orm/node-postgres/migrator');
      await migrate(load('drizzle-orm/node-postgres').drizzle(pool), { migrationsFolder: join(made, 'drizzle') });
      assert.deepEqual(await indexes(), [name]);
    } finally {
      await pool.end();
    }
  });

  it('of Prisma, which sends a file as it is', async () => {
    const sql = await readFile(await migration('prisma/migrations/20240101120000_init/migration.sql'), 'utf8');
    const { Client } = load('pg');
    const client = new Client(url);
    await client.connect();
    try {
      await client.query(sql);
      assert.deepEqual(await indexes(), [name]);
    } finally {
      await client.end();
    }
  });

  it('of Sequelize', async () => {
    const { up, down } = load(await migration('sequelize/migrations/20240101120000-tags.js'));
    const { Sequelize } = load('sequelize');
    const sequelize = new Sequelize(url, { logging: false });
    try {
      await up(sequelize.getQueryInterface(), Sequelize);
      assert.deepEqual(await indexes(), [name]);
      await down(sequelize.getQueryInterface(), Sequelize);
      assert.deepEqual(await indexes(), []);
    } finally {
      await sequelize.close();
    }
  });
});
