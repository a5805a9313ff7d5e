import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { copyDataFolder } from '../../scripts/lib/postgres.mjs';
import { connectTo, type PostgresServer, startPostgres } from './postgres-server';

/** A primary and a standby that streams from it. */
export interface Replicated {
  readonly primary: PostgresServer;
  readonly replica: PostgresServer;
  stop(): Promise<void>;
}

export interface ReplicatedOptions {
  readonly major?: number;
  /** Run on the primary before it is copied. */
  readonly sql: string;
  /** Of both. */
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly ofReplica?: Readonly<Record<string, string | number>>;
}

export async function startReplicated({ major, sql, settings, ofReplica }: ReplicatedOptions): Promise<Replicated> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'planlight-replicated-'));
  await chmod(folder, 0o755); // PostgreSQL may have to run as another user.
  const [dataFolder, copy] = [path.join(folder, 'primary'), path.join(folder, 'replica')];
  const first = await startPostgres({ major, dataFolder, settings });
  const admin = await connectTo(first.connectionString());
  await admin.query(sql);
  await admin.end();
  await first.stop();
  await copyDataFolder(dataFolder, copy);
  await writeFile(path.join(copy, 'standby.signal'), '');
  const primary = await startPostgres({ major, dataFolder, settings });
  const { host, port } = primary;
  const replica = await startPostgres({
    major,
    dataFolder: copy,
    settings: {
      ...settings,
      ...ofReplica,
      primary_conninfo: `host=${host} port=${port} user=postgres application_name=berlin`,
    },
  });
  return {
    primary,
    replica,
    async stop() {
      await replica.stop();
      await primary.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
