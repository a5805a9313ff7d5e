import { Problem } from '../../nouns/problem';
import type { ConsoleRow, Gate } from '../gate';
import type { ConnectedPooler } from './health';

/** Undefined where the server is asked without a pooler. Rejects with a Problem only when the server cannot be asked. */
export async function readPooler(
  gate: Gate,
  database: string,
  signal: AbortSignal | undefined,
): Promise<ConnectedPooler | undefined> {
  if (!(await gate.isPooled(signal))) return undefined;
  try {
    const [version, config, pools] = await gate.askPgBouncer(['SHOW VERSION', 'SHOW CONFIG', 'SHOW POOLS'], signal);
    return poolerOf(
      version ?? [],
      config ?? [],
      (pools ?? []).filter((pool) => pool.database === database),
    );
  } catch (error) {
    if (signal?.aborted || !(error instanceof Problem)) throw error;
    return {
      missing:
        'A pooler stands between. If it is PgBouncer, its console shows mode and sizes to the users of stats_users in pgbouncer.ini.',
    };
  }
}

function poolerOf(
  version: readonly ConsoleRow[],
  config: readonly ConsoleRow[],
  pools: readonly ConsoleRow[],
): ConnectedPooler {
  const settings = new Map(config.map(({ key, value }) => [String(key), String(value)]));
  const number = (name: string) => (settings.has(name) ? Number(settings.get(name)) : undefined);
  const sum = (name: string) => pools.reduce((total, pool) => total + Number(pool[name] ?? 0), 0);
  const mode = settings.get('pool_mode');
  const told: { readonly [Name in keyof ConnectedPooler]: ConnectedPooler[Name] | undefined } = {
    version: /\d+(?:\.\d+)+/.exec(String(version[0]?.version ?? ''))?.[0],
    poolMode: mode === 'session' || mode === 'transaction' || mode === 'statement' ? mode : undefined,
    defaultPoolSize: number('default_pool_size'),
    maxClientConnections: number('max_client_conn'),
    maxPreparedStatements: number('max_prepared_statements'),
    clients: {
      active: sum('cl_active'),
      waiting: sum('cl_waiting'),
      longestWaitSeconds: Math.max(0, ...pools.map((pool) => Number(pool.maxwait ?? 0))),
    },
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as ConnectedPooler;
}
