import type {
  DatabaseReference,
  DeployedPooler,
  DeployedProgram,
  Deployment,
} from '../../src/code/deployment/deployment';
import type { PoolUse } from '../../src/code/pools/pool-use';
import type { SessionUse } from '../../src/code/session-uses/session-use';
import type { WorkspaceFacts } from '../../src/guide/facts';

const nowhere = { start: 0, end: 0 };

/** A workspace that says nothing, for tests that change what they are about. */
export function workspaceOf({
  deployment,
  ...more
}: Partial<Omit<WorkspaceFacts, 'deployment'>> & { deployment?: Partial<Deployment> } = {}): WorkspaceFacts {
  return {
    queries: [],
    pools: [],
    sessionUses: [],
    caches: [],
    findings: [],
    deployment: { programs: [], servers: [], poolers: [], maintenance: [], monitoring: [], ...deployment },
    ...more,
  };
}

/** `new Pool({ max: 10 })` */
export function poolOf(more: Partial<PoolUse> = {}): PoolUse {
  return {
    path: '/app/src/db.ts',
    range: nowhere,
    library: 'pg',
    max: { value: 10, isDefault: false },
    waitMs: { value: 2_000, isDefault: false },
    idleMs: { value: 10_000, isDefault: true },
    role: 'primary',
    ...more,
  };
}

export function programOf(more: Partial<DeployedProgram> = {}): DeployedProgram {
  return {
    place: { path: '/app/k8s/web.yaml', range: nowhere },
    kind: 'kubernetes',
    name: 'web',
    environment: {},
    ...more,
  };
}

/** PgBouncer 1.24 in transaction mode. */
export function poolerOf(more: Partial<DeployedPooler> = {}): DeployedPooler {
  return {
    place: { path: '/app/k8s/pgbouncer.yaml', range: nowhere },
    kind: 'kubernetes',
    name: 'pgbouncer',
    poolMode: 'transaction',
    defaultPoolSize: 20,
    maxClientConnections: 1_000,
    version: '1.24.1',
    ...more,
  };
}

/** `DATABASE_URL=postgres://blog@pgbouncer:5432/blog` */
export function referenceOf(more: Partial<DatabaseReference> = {}): DatabaseReference {
  return {
    place: { path: '/app/k8s/web.yaml', range: nowhere },
    variable: 'DATABASE_URL',
    host: 'pgbouncer',
    port: 5432,
    database: 'blog',
    user: 'blog',
    parameters: {},
    isUrl: true,
    program: 'web',
    ...more,
  };
}

export function sessionUseOf(more: Partial<SessionUse> = {}): SessionUse {
  return { path: '/app/src/worker.ts', range: nowhere, kind: 'listen', text: 'LISTEN jobs', library: 'pg', ...more };
}
