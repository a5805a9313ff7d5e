import type { DeployedProgram, Deployment } from '../../code/deployment/deployment';
import type { PoolUse } from '../../code/pools/pool-use';
import { formatCounted } from '../../plan/format';

/** In how many processes a program with that pool runs at the same time. */
export interface Copies {
  readonly count: number;
  /** `3 replicas of api` */
  readonly says: string;
  /** What is not known of it, a sentence. */
  readonly unknown?: string;
}

/** One that says how many run counts before one that says only how it is built. */
const order: readonly DeployedProgram['kind'][] = ['kubernetes', 'compose', 'pm2', 'procfile', 'cluster', 'dockerfile'];

/** Each process has the pool for itself: replicas × processes of all programs that the pool's file belongs to. */
export function copiesOf(pool: PoolUse, deployment: Deployment): Copies {
  if (pool.isServerless) {
    return {
      count: 1,
      says: 'one instance of a cloud function',
      unknown: `${nameOf(pool)} is in a cloud function: how many instances of it run at once is not known.`,
    };
  }
  const programs = programsWith(pool, deployment);
  if (programs.length === 0) {
    return {
      count: 1,
      says: 'one process',
      unknown: 'How many processes of the program run is in no manifest of the workspace.',
    };
  }
  const counted = onceEach(programs.map((program) => ({ program, ...processesOf(program) })));
  const openEnded = counted.find(({ isOpen }) => isOpen)?.program;
  return {
    count: counted.reduce((sum, { count }) => sum + count, 0),
    says: counted.map(({ says }) => says).join(', '),
    ...(openEnded && {
      unknown: `${openEnded.name} starts a process for each core: how many cores its machine has is not known.`,
    }),
  };
}

/** Files of the same name's program are those of several environments (`docker-compose.dev.yml`, `k8s/staging`): the largest counts. */
function onceEach<T extends { readonly program: DeployedProgram; readonly count: number }>(counted: readonly T[]): T[] {
  return counted.filter(({ program, count }, at) =>
    counted.every(
      (other, i) =>
        i === at || other.program.name !== program.name || other.count < count || (other.count === count && i > at),
    ),
  );
}

function processesOf({ name, replicas = 1, processes = 1 }: DeployedProgram) {
  const each = processes === 'cores' ? 1 : processes;
  const parts = [
    ...(replicas > 1 || each === 1 ? [formatCounted(replicas, 'replica')] : []),
    ...(each > 1 ? [formatCounted(each, 'process', 'processes')] : []),
  ];
  return { count: replicas * each, says: `${parts.join(' × ')} of ${name}`, isOpen: processes === 'cores' };
}

/** Those whose folder the pool's file is in, the nearest; else those that are given its variable; else the only one there is. */
function programsWith({ path, connectsTo }: PoolUse, { programs }: Deployment): readonly DeployedProgram[] {
  const inside = programs.filter(({ folder }) => folder !== undefined && path.startsWith(`${folder}/`));
  const nearest = Math.max(...inside.map(({ folder = '' }) => folder.length));
  const variable = connectsTo?.variable;
  const given = programs.filter(({ environment }) => variable !== undefined && variable in environment);
  const found = [inside.filter(({ folder = '' }) => folder.length === nearest), given].find((some) => some.length > 0);
  return withoutRepeats(found ?? (new Set(programs.map(({ name }) => name)).size === 1 ? programs : []));
}

/** A Deployment, a Compose service and a Dockerfile of one program say the same once more. */
function withoutRepeats(programs: readonly DeployedProgram[]): readonly DeployedProgram[] {
  const kind = order.find((one) => programs.some((program) => program.kind === one));
  return programs.filter((program) => program.kind === kind);
}

/** `pool (pg)`, `the pool of sequelize` */
export function nameOf({ name, library }: PoolUse): string {
  return name === undefined || name === '' ? `the pool of ${library}` : `${name} (${library})`;
}
