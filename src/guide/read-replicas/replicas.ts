import type { DeployedServer } from '../../code/deployment/deployment';
import type { ReplicaHealth, Replication } from '../../database/health/health';
import type { GuideFacts } from '../facts';
import { seen } from '../support/known';

/** What receives WAL and answers no queries; Debezium's is the name that it gives itself. */
const archivers = /^(?:pg_basebackup|pg_receivewal|pg_recvlogical|barman|walg|Debezium)/i;

/**
 * Servers that follow this one. pg_stat_replication has backups and logical subscribers, too; the slot of a subscription is
 * called like its subscriber unless somebody chose another name.
 */
export function replicasOf({ replicas, slots }: Replication): ReplicaHealth[] {
  const logical = new Set(slots.flatMap(({ kind, name }) => (kind === 'logical' ? [name] : [])));
  return replicas.filter(({ name, state }) => state !== 'backup' && !archivers.test(name) && !logical.has(name));
}

/** `berlin (10.0.0.7)` */
export function replicaName({ name, client }: ReplicaHealth): string {
  const shown = name === '' ? 'a replica without a name' : name;
  return client === undefined ? shown : `${shown} (${client})`;
}

/** Replicas that the server sees, or that manifests declare; the first are those that are there. */
export function knownReplicas({ health, workspace }: GuideFacts): { readonly count: number; readonly by: string } {
  const replication = seen(health?.activity.replication);
  const following = replication ? replicasOf(replication).length : 0;
  if (following > 0) return { count: following, by: 'pg_stat_replication' };
  const servers = workspace?.deployment.servers ?? [];
  const declared = servers.filter(isReplica);
  const [first] = declared;
  const count = declared.reduce((sum, one) => sum + (one.replicaOf === undefined ? (one.instances ?? 1) - 1 : 1), 0);
  return { count, by: first?.place.path ?? '' };
}

const isReplica = ({ kind, instances = 1, replicaOf }: DeployedServer): boolean =>
  replicaOf !== undefined || (kind === 'cloudnativepg' && instances > 1);
