import type { Deployment } from '../../code/deployment/deployment';
import { unlimited } from '../../code/pools/go';
import type { PoolSetting, PoolUse } from '../../code/pools/pool-use';
import { atRunTime } from '../../code/pools/read-pool';
import type { Evidence } from '../../nouns/check';
import { formatCount } from '../../plan/format';
import type { WorkspaceFacts } from '../facts';
import { table } from '../support/evidence';
import { type Copies, copiesOf, nameOf } from './copies';

/** What one pool of the workspace may open on the server. */
export interface Demand {
  readonly pool: PoolUse;
  readonly copies: Copies;
  /** Of one process; undefined: known at run time only. */
  readonly max?: number;
  /** A pooler stands between: what it opens is its own affair. */
  readonly pooler?: string;
}

export interface Demands {
  readonly all: readonly Demand[];
  /** Connections at most, of those pools that go to this server and whose size is known. */
  readonly total: number;
  /** What the total leaves out, a sentence each. */
  readonly unknown: readonly string[];
}

/** `isReplica`: the server that is judged is one. */
export function demandsOf({ pools, deployment }: WorkspaceFacts, isReplica: boolean): Demands {
  const here = pools.filter(({ role }) => (isReplica ? role !== 'primary' : role !== 'replica'));
  const all = here.map((pool): Demand => {
    const copies = copiesOf(pool, deployment);
    const max = sizeOf(pool, deployment);
    const pooler = poolerOf(pool, deployment);
    return { pool, copies, ...(max === undefined ? {} : { max }), ...(pooler === undefined ? {} : { pooler }) };
  });
  const direct = all.filter(({ pooler }) => pooler === undefined);
  const unsized = direct.filter(({ max }) => max === undefined);
  const counted = direct.filter(({ max }) => max !== undefined);
  return {
    all,
    total: counted.reduce((sum, { max = 0, copies }) => sum + max * copies.count, 0),
    unknown: [
      ...unsized.map(({ pool }) => whyUnsized(pool)),
      ...new Set(direct.flatMap(({ copies }) => copies.unknown ?? [])),
      ...severalTargets(counted),
    ],
  };
}

function whyUnsized(pool: PoolUse): string {
  const { source } = pool.max;
  if (source === unlimited)
    return `${nameOf(pool)} opens as many connections as it has requests: SetMaxOpenConns sets no limit.`;
  const written = source === undefined || source === atRunTime ? 'its options' : source;
  return `How many connections ${nameOf(pool)} has is known at run time only (${written}).`;
}

/** The program does not say where a variable leads. */
function severalTargets(demands: readonly Demand[]): string[] {
  const targets = [
    ...new Set(demands.flatMap(({ pool: { connectsTo } }) => connectsTo?.variable ?? connectsTo?.host ?? [])),
  ];
  if (targets.length < 2) return [];
  return [
    `The pools connect by ${targets.join(', ')}: whether all of them lead to this server is not known; they are counted together.`,
  ];
}

/** As the program says, or a variable that its manifests or its connection string set. */
export function sizeOf({ max, library, connectsTo }: PoolUse, deployment: Deployment): number | undefined {
  const given = variableValue(max, deployment);
  if (given !== undefined) return given;
  if (library !== 'prisma' || max.value !== undefined) return max.value;
  const limits = (deployment.references ?? [])
    .filter(({ variable }) => variable === connectsTo?.variable)
    .flatMap(({ parameters }) => parameters.connection_limit ?? []);
  return limits.length === 0 ? undefined : Number(limits[0]);
}

function variableValue({ variable }: PoolSetting, { programs }: Deployment): number | undefined {
  if (variable === undefined) return undefined;
  for (const { environment } of programs) {
    const number = Number(environment[variable]);
    if (environment[variable]?.trim() && Number.isInteger(number)) return number;
  }
  return undefined;
}

/** A variable's name, PgBouncer's port and the names that people give it, or a pooler of the manifests. */
function poolerOf({ connectsTo }: PoolUse, { poolers, references = [] }: Deployment): string | undefined {
  if (!connectsTo) return undefined;
  if (/POOLER|PGBOUNCER/i.test(connectsTo.variable ?? '')) return connectsTo.variable;
  const ofVariable = references.filter(({ variable }) => variable === connectsTo.variable);
  for (const { host, port } of [connectsTo, ...ofVariable]) {
    if (port === 6432) return host ?? 'port 6432';
    const first = host?.split('.')[0];
    if (host !== undefined && /pgbouncer|pgcat|odyssey|pooler/i.test(host)) return host;
    if (first !== undefined && poolers.some(({ name }) => name === first)) return first;
  }
  return undefined;
}

export function demandTable({ all }: Demands): Evidence {
  return table(
    'Pools of the workspace',
    ['Pool', 'Place', '#Connections at most', 'Runs in', '#Together'],
    all.map(({ pool, copies, max, pooler }) => [
      nameOf(pool),
      pool.path,
      max === undefined
        ? (pool.max.source ?? 'not known')
        : `${formatCount(max)}${pool.max.isDefault ? ' (default)' : ''}`,
      pooler === undefined ? copies.says : `${copies.says}, behind ${pooler}`,
      max === undefined ? 'not known' : formatCount(max * copies.count),
    ]),
  );
}
