import type { DatabaseReference, DeployedPooler } from '../../src/code/deployment/deployment';
import type { SessionUse } from '../../src/code/session-uses/session-use';

const nowhere = { start: 0, end: 0 };

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
    program: 'api',
    ...more,
  };
}

export function sessionUseOf(more: Partial<SessionUse> = {}): SessionUse {
  return { path: '/app/src/worker.ts', range: nowhere, kind: 'listen', text: 'LISTEN jobs', library: 'pg', ...more };
}
