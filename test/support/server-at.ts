import assert from 'node:assert/strict';
import { discoverConnections } from '../../src/database/connection-sources/connection-sources';
import { Server } from '../../src/database/server';

/** As the command line connects with `--database URL`. */
export async function serverAt(url: string): Promise<Server> {
  const { connections } = await discoverConnections({
    settings: [],
    env: { DATABASE_URL: url },
    folders: [],
    home: '',
  });
  const [found] = connections;
  assert.ok(found, url);
  return new Server({
    profile: found.profile,
    password: async () => found.password,
    isTrusted: () => true,
    timeouts: { statementMs: 20_000, lockMs: 1_000, connectMs: 5_000 },
  });
}
