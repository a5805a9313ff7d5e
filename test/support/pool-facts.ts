import type { DeployedProgram, Deployment } from '../../src/code/deployment/deployment';
import type { PoolUse } from '../../src/code/pools/pool-use';
import type { WorkspaceFacts } from '../../src/guide/facts';

/** A workspace of which nothing is known, for tests that change what they are about. */
export function workspaceOf({
  deployment,
  ...more
}: Partial<Omit<WorkspaceFacts, 'deployment'>> & { readonly deployment?: Partial<Deployment> } = {}): WorkspaceFacts {
  const nothing = { queries: [], pools: [], sessionUses: [], caches: [], findings: [] };
  return { ...nothing, deployment: deploymentOf(deployment), ...more };
}

export function deploymentOf(more: Partial<Deployment> = {}): Deployment {
  return { programs: [], servers: [], poolers: [], maintenance: [], monitoring: [], ...more };
}

/** In one process, of a Deployment. */
export function programOf(more: Partial<DeployedProgram> = {}): DeployedProgram {
  const place = { path: '/app/k8s/api.yaml', range: { start: 0, end: 1 } };
  return { place, kind: 'kubernetes', name: 'api', environment: {}, ...more };
}

/** One of pg with all timeouts, whose `max: 10` stands at 100. */
export function poolUseOf(more: Partial<PoolUse> = {}): PoolUse {
  return {
    path: '/app/src/db.js',
    range: { start: 50, end: 60 },
    library: 'pg',
    name: 'pool',
    max: { value: 10, isDefault: false, range: { start: 100, end: 102 } },
    waitMs: { value: 2000, isDefault: false },
    idleMs: { value: 10_000, isDefault: true },
    statementMs: { value: 30_000, isDefault: false },
    idleInTransactionMs: { value: 30_000, isDefault: false },
    connectsTo: { variable: 'DATABASE_URL' },
    role: 'primary',
    options: {
      path: '/app/src/db.js',
      range: { start: 80, end: 110 },
      names: {
        max: 'max',
        waitMs: 'connectionTimeoutMillis',
        statementMs: 'statement_timeout',
        idleInTransactionMs: 'idle_in_transaction_session_timeout',
      },
      unit: 'ms',
      insertion: { range: { start: 108, end: 108 }, before: ', ', after: '' },
    },
    ...more,
  };
}
