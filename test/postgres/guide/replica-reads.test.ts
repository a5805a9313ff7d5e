import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import type pg from 'pg';
import { refusedCommand } from '../../../src/code/replicas/replica-writes';
import { ownWrites } from '../../../src/guide/read-replicas/own-writes';
import { SqlParser } from '../../../src/sql/parser';
import { afterFix } from '../../support/fixes-of';
import { factsOf } from '../../support/guide-facts';
import { oldestAndNewest } from '../../support/health';
import { poolUseOf, workspaceOf } from '../../support/pool-facts';
import { connectTo } from '../../support/postgres-server';
import { replicaUsesIn } from '../../support/replica-uses';
import { type Replicated, startReplicated } from '../../support/replicated';
import { runModule } from '../../support/run-module';

const require = createRequire(path.join(import.meta.dirname, '../../orms/package.json'));

for (const major of oldestAndNewest()) {
  describe(`programs with a replica of PostgreSQL ${major} that is behind`, function () {
    this.timeout(60_000);
    let servers: Replicated;
    let onReplica: pg.Client;

    before(async () => {
      const sql =
        "CREATE TABLE posts (id serial PRIMARY KEY, title text NOT NULL); INSERT INTO posts (title) VALUES ('old')";
      servers = await startReplicated({ major, sql });
      onReplica = await connectTo(servers.replica.connectionString());
      await onReplica.query('SELECT pg_wal_replay_pause()');
    });
    after(async () => {
      await onReplica?.end();
      await servers?.stop();
    });

    it('are answered by the error that the check quotes', async () => {
      const parser = await SqlParser.load();
      for (const sql of [
        "INSERT INTO posts (title) VALUES ('x')",
        "UPDATE posts SET title = 'x'",
        'DELETE FROM posts',
        'SELECT id FROM posts FOR UPDATE',
        'SELECT id FROM posts FOR NO KEY UPDATE',
        'SELECT id FROM posts FOR SHARE',
        'SELECT id FROM posts FOR KEY SHARE',
        'WITH gone AS (DELETE FROM posts RETURNING id) SELECT id FROM gone',
        "SELECT nextval('posts_id_seq')",
        "SELECT setval('posts_id_seq', 1)",
        'CREATE TABLE x (id int)',
        'CREATE UNIQUE INDEX x ON posts (title)',
        'CREATE OR REPLACE VIEW x AS SELECT 1',
        'CREATE MATERIALIZED VIEW x AS SELECT 1 AS a',
        'SELECT id INTO x FROM posts',
        'ALTER TABLE posts ADD COLUMN x int',
        'DROP TABLE posts',
        'TRUNCATE posts',
        ...(major >= 15
          ? ['MERGE INTO posts USING (SELECT 1 AS id) AS n ON posts.id = n.id WHEN MATCHED THEN DELETE']
          : []),
      ]) {
        const parsed = parser.parse(sql);
        assert.ok(parsed.ok, sql);
        const message = `cannot execute ${refusedCommand(parsed.statement)} in a read-only transaction`;
        await assert.rejects(onReplica.query(sql), { message, code: '25006' }, sql);
      }
    });

    it('read what was before their own write, and what they wrote after the edit', async () => {
      const code = `const { Sequelize, DataTypes } = require('sequelize');
const sequelize = new Sequelize('postgres', 'postgres', '', {
  dialect: 'postgres',
  logging: false,
  replication: {
    write: { host: process.env.HOST, port: process.env.PORT },
    read: [{ host: process.env.READ_HOST, port: process.env.READ_PORT }],
  },
});
const Post = sequelize.define('Post', { title: DataTypes.TEXT }, { tableName: 'posts', timestamps: false });
async function rename(id, title) {
  await Post.update({ title }, { where: { id } });
  const post = await Post.findByPk(id);
  return post.title;
}
module.exports = { rename, close: () => sequelize.close() };
`;
      const { primary, replica } = servers;
      const env = {
        ...{ HOST: primary.host, PORT: String(primary.port) },
        ...{ READ_HOST: replica.host, READ_PORT: String(replica.port) },
      };
      const renamed = async (text: string) => {
        interface Renaming {
          rename(id: number, title: string): Promise<string>;
          close(): Promise<void>;
        }
        const { rename, close } = runModule<Renaming>(text, { sequelize: require('sequelize') }, env);
        const title = await rename(1, 'new');
        await close();
        return title;
      };
      assert.equal(await renamed(code), 'old');
      const replicaUses = await replicaUsesIn({ '/app/db.js': code });
      const pools = [poolUseOf({ library: 'sequelize', role: 'both' })];
      const { state, fixes = [] } = ownWrites.judge(factsOf({ workspace: workspaceOf({ pools, replicaUses }) }));
      assert.equal(state, 'attention');
      const [fix] = fixes;
      assert.equal(fix?.kind, 'edit');
      const mended = afterFix(fix, code);
      assert.equal(await renamed(mended), 'new');
      assert.deepEqual((await replicaUsesIn({ '/app/db.js': mended })).ownWrites, []);
    });
  });
}
