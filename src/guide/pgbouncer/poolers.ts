import type { DatabaseReference, DeployedPooler } from '../../code/deployment/deployment';
import type { ConnectedPooler } from '../../database/health/health';
import type { RelatedPlace } from '../../nouns/finding';
import type { GuideFacts } from '../facts';

/** What stands, or could stand, between programs and the server. */
export interface Pooler {
  /** `PgBouncer 1.24.1`, `RDS Proxy` */
  readonly name: string;
  readonly kind: 'pgbouncer' | 'supavisor' | 'rds proxy' | 'unknown';
  /** How it is known: `the connection to the server goes through it`. */
  readonly source: string;
  /** Something is known to go through it. */
  readonly isUsed: boolean;
  readonly mode?: 'session' | 'transaction' | 'statement';
  /** Of each of its processes. */
  readonly defaultPoolSize?: number;
  readonly maxClientConnections?: number;
  readonly maxPreparedStatements?: number;
  /** 1 where it is not said. */
  readonly replicas: number;
  readonly clients?: ConnectedPooler['clients'];
  /** What it could not tell of itself. */
  readonly missing?: string;
  readonly place?: RelatedPlace;
}

/** PgBouncer's own: https://www.pgbouncer.org/config.html */
export const defaults = { mode: 'session', defaultPoolSize: 20, maxClientConnections: 100 } as const;

/** Every pooler that is known, the one that is surest first: of the connection, of host names, of manifests. */
export function poolersOf(facts: GuideFacts): readonly Pooler[] {
  const { health, workspace } = facts;
  const targets = targetsOf(facts);
  const deployed = workspace?.deployment.poolers ?? [];
  const connected = health?.server.pooler;
  // A manifest says more of the same than a host's name.
  const named = targets.flatMap((target) => (deployed.length > 0 ? [] : (pooledHost(target) ?? [])));
  return [
    ...(connected ? [ofConnection(connected)] : []),
    ...unique(named),
    ...deployed.map((one) =>
      ofManifest(
        one,
        targets.some((target) => goesTo(target, one)),
      ),
    ),
  ];
}

export interface Target {
  readonly host?: string;
  readonly port?: number;
  readonly reference?: DatabaseReference;
}

/** Where programs connect to, as their code and their variables say. */
export function targetsOf({ workspace }: GuideFacts): readonly Target[] {
  const ofCode = (workspace?.pools ?? []).flatMap(({ connectsTo }) =>
    connectsTo?.host === undefined ? [] : [connectsTo],
  );
  const references = workspace?.deployment.references ?? [];
  return [...ofCode, ...references.map((reference) => ({ host: reference.host, port: reference.port, reference }))];
}

/** `pgbouncer`, `pgbouncer.database.svc.cluster.local` */
export function goesTo({ host, port }: Target, { name, kind, port: own }: DeployedPooler): boolean {
  if (kind === 'ini') return own !== undefined && port === own && own !== 5432;
  return host?.split('.')[0] === name;
}

function ofConnection(pooler: ConnectedPooler): Pooler {
  const { version } = pooler;
  const isPgBouncer = version !== undefined;
  return {
    name: isPgBouncer ? `PgBouncer ${version}` : 'A pooler',
    kind: isPgBouncer ? 'pgbouncer' : 'unknown',
    source: 'the connection to the server goes through it',
    isUsed: true,
    replicas: 1,
    ...(pooler.poolMode && { mode: pooler.poolMode }),
    ...(pooler.defaultPoolSize !== undefined && { defaultPoolSize: pooler.defaultPoolSize }),
    ...(pooler.maxClientConnections !== undefined && { maxClientConnections: pooler.maxClientConnections }),
    // Before 1.21 it keeps track of none.
    ...(isPgBouncer && { maxPreparedStatements: pooler.maxPreparedStatements ?? 0 }),
    ...(pooler.clients && { clients: pooler.clients }),
    ...(pooler.missing !== undefined && { missing: pooler.missing }),
  };
}

function ofManifest(pooler: DeployedPooler, isUsed: boolean): Pooler {
  const { name, place, version, replicas = 1 } = pooler;
  const statements = pooler.maxPreparedStatements ?? defaultStatements(version);
  return {
    name: version === undefined ? 'PgBouncer' : `PgBouncer ${version}`,
    kind: 'pgbouncer',
    source: place.path,
    isUsed,
    mode: pooler.poolMode ?? defaults.mode,
    defaultPoolSize: pooler.defaultPoolSize ?? defaults.defaultPoolSize,
    maxClientConnections: pooler.maxClientConnections ?? defaults.maxClientConnections,
    ...(statements !== undefined && { maxPreparedStatements: statements }),
    replicas,
    place: { uri: place.path, range: place.range, message: `${name} is PgBouncer.` },
  };
}

/** 200 since 1.24, 0 in 1.21 to 1.23, none before: https://www.pgbouncer.org/changelog.html */
function defaultStatements(version: string | undefined): number | undefined {
  const minor = Number(version?.split('.')[1] ?? Number.NaN);
  return Number.isNaN(minor) ? undefined : minor >= 24 ? 200 : 0;
}

type Known = Omit<Pooler, 'source' | 'isUsed' | 'replicas'>;

/** Poolers that hosters run, and what people call their own. */
const hosts: readonly { readonly host: RegExp; readonly port?: number; readonly is: Known }[] = [
  // https://supabase.com/docs/guides/database/connecting-to-postgres
  { host: /\.pooler\.supabase\.com$/, port: 6543, is: { name: 'Supavisor', kind: 'supavisor', mode: 'transaction' } },
  { host: /\.pooler\.supabase\.com$/, is: { name: 'Supavisor', kind: 'supavisor', mode: 'session' } },
  // https://neon.com/docs/connect/connection-pooling
  {
    host: /-pooler\.[\w.-]+\.neon\.tech$/,
    is: { name: 'Neon’s PgBouncer', kind: 'pgbouncer', mode: 'transaction', maxPreparedStatements: 1000 },
  },
  { host: /\.proxy-[\w-]+\.[\w-]+\.rds\.amazonaws\.com$/, is: { name: 'RDS Proxy', kind: 'rds proxy' } },
  { host: /pgbouncer/i, is: { name: 'PgBouncer', kind: 'pgbouncer' } },
  { host: /./, port: 6432, is: { name: 'PgBouncer', kind: 'pgbouncer' } },
];

function pooledHost({ host, port, reference }: Target): Pooler | undefined {
  const found = hosts.find((one) => one.host.test(host ?? '') && (one.port === undefined || one.port === port))?.is;
  if (!found) return undefined;
  const place = reference?.place;
  return {
    ...found,
    source: `the host ${host}`,
    isUsed: true,
    replicas: 1,
    ...(place && { place: { uri: place.path, range: place.range, message: `${reference.variable} goes to it.` } }),
  };
}

const unique = (poolers: readonly Pooler[]): Pooler[] => [
  ...new Map(poolers.map((pooler) => [pooler.source, pooler])).values(),
];
