import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { copyDataFolder } from '../../scripts/lib/postgres.mjs';
import { Server } from '../../src/database/server';
import type { IndexFix } from '../../src/nouns/fix';
import { blog, connectTo, gateOptions, type PostgresServer, startPostgres } from '../support/postgres-server';
import { problemOf } from '../support/problems';
import { Statements } from '../support/statements';

describe('a read-only replica', () => {
  let folder: string;
  let replica: PostgresServer;
  let server: Server;
  let statements: Statements;

  before(async function () {
    this.timeout(60_000);
    statements = await Statements.load();
    folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-standby-'));
    await chmod(folder, 0o755); // PostgreSQL may have to run as another user.
    const primaryFolder = path.join(folder, 'primary');
    const primary = await startPostgres({ dataFolder: primaryFolder });
    const admin = await connectTo(primary.connectionString());
    await admin.query(blog);
    await admin.end();
    await primary.stop();
    // A stopped server's folder with this file starts as a standby, here one whose primary is gone.
    const replicaFolder = path.join(folder, 'replica');
    await copyDataFolder(primaryFolder, replicaFolder);
    await writeFile(path.join(replicaFolder, 'standby.signal'), '');
    replica = await startPostgres({ dataFolder: replicaFolder });
    server = new Server(
      gateOptions({
        name: 'replica',
        source: 'settings',
        host: replica.host,
        port: replica.port,
        database: 'postgres',
        user: 'postgres',
        ssl: 'disable',
        environment: 'development',
      }),
    );
  });
  after(async () => {
    await server?.dispose();
    await replica?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is known as one', async () => {
    assert.equal((await server.facts()).isReplica, true);
  });

  it('explains and analyses queries, with placeholders too', async () => {
    const { values } = await server.explain(statements.request('SELECT * FROM posts WHERE author_id = $1', 'analyze'));
    assert.deepEqual(values, ['1']);
  });

  it('explains an update, and says why it cannot run one', async () => {
    const update = "UPDATE posts SET title = 'x'";
    assert.equal((await server.explain(statements.request(update))).plan.root.type, 'ModifyTable');
    const request = { ...statements.request(update, 'analyze'), confirmed: true };
    const problem = await problemOf(server.explain(request), 'read-only-server');
    assert.match(problem.message, /read-only replica/);
  });

  it('counts its own reads: a snapshot of it says so', async () => {
    const { counting, tables } = await server.snapshot();
    assert.equal(counting?.isStandby, true);
    const posts = tables.find(({ name }) => name === 'posts');
    assert.ok((posts?.indexes[0]?.activity?.transactionsSince ?? 0) > 0);
  });

  it('builds no index', async () => {
    const fix = { kind: 'index', index: { schema: 'public', table: 'posts', name: 'x', method: 'btree', columns: [] } };
    await problemOf(
      server.createIndex(fix as unknown as IndexFix, { onProgress: () => undefined }),
      'read-only-server',
    );
    const verifying = server.verifyIndex({
      fixes: [fix as unknown as IndexFix],
      statement: statements.read('SELECT * FROM posts'),
      onProgress: () => undefined,
    });
    await problemOf(verifying, 'read-only-server');
  });

  it('runs no maintenance: that is its primary’s', async () => {
    const task = { kind: 'vacuum analyze', schema: 'public', table: 'posts' } as const;
    await problemOf(server.maintain(task, { confirmed: true, onProgress: () => undefined }), 'read-only-server');
  });
});
