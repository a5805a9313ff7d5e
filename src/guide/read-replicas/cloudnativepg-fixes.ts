import type { DeployedServer } from '../../code/deployment/deployment';
import type { Health } from '../../database/health/health';
import type { CommandFix, FileFix } from '../../nouns/check';
import type { GuideFacts } from '../facts';
import { has, serverTarget } from '../pgbouncer/files/target';

/** The operator makes the standbys, and the Service `-ro` before them: https://cloudnative-pg.io/documentation/current/service_management/ */
export function moreInstances({ name, namespace, instances = 1 }: DeployedServer): CommandFix {
  const option = namespace === undefined ? '' : ` --namespace ${namespace}`;
  return {
    kind: 'command',
    title: `Let CloudNativePG run ${instances + 1} instances of ${name}`,
    command: `kubectl patch cluster ${name}${option} --type merge --patch '{"spec":{"instances":${instances + 1}}}'`,
    placeholders: [],
    note: `Change instances in its manifest, too. Reads go to the Service ${name}-ro; ${name}-rw is the primary.`,
  };
}

/** The oldest major version for which there are images: https://github.com/cloudnative-pg/postgres-containers */
const oldestMajor = 14;

/**
 * A cluster of standbys that follows the server that is there: https://cloudnative-pg.io/documentation/current/replica_cluster/.
 * None where nothing of it is in Kubernetes.
 */
export function standbyCluster(facts: GuideFacts, { server }: Health): FileFix[] {
  const { deployment } = facts.workspace ?? {};
  const major = Math.floor(server.version / 10_000);
  if (!has(deployment, 'kubernetes') || major < oldestMajor) return [];
  const primary = deployment?.servers.find(({ kind }) => kind === 'kubernetes');
  const target = serverTarget(facts, 'kubernetes');
  const source = nameOf(primary?.name ?? 'primary');
  const name = `${source}-replicas`;
  const secret = `${source}-replication`;
  const size = storageFor(server.databaseBytes);
  const option = target.namespace === undefined ? '' : ` --namespace ${target.namespace}`;
  const content = `# A standby of ${primary?.name ?? 'the server that is there'}, run by CloudNativePG. Reads go to the Service ${name}-r.
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: ${name}${target.namespace === undefined ? '' : `\n  namespace: ${target.namespace}`}
spec:
  instances: 1
  imageName: ghcr.io/cloudnative-pg/postgresql:${major}-standard-trixie
  bootstrap:
    pg_basebackup:
      source: ${source}
  replica:
    enabled: true
    source: ${source}
  storage:
    size: ${size ?? '<size>'}
${resourcesOf(primary)}  externalClusters:
    - name: ${source}
      connectionParameters:
        host: ${target.host}
        port: "${target.port}"
        user: <replicator>
        dbname: ${target.database}
      password:
        name: ${secret}
        key: password
`;
  return [
    {
      kind: 'file',
      title: `Let CloudNativePG run a standby of ${primary?.name ?? 'the server'}`,
      files: [{ path: `k8s/database/${name}.yaml`, content }],
      placeholders: [
        ...target.placeholders.filter((one) => !one.startsWith('<user>')),
        '<replicator>: a role with LOGIN and REPLICATION, which a line of pg_hba.conf lets in for replication',
        `The Secret ${secret} with its password, from a file of that name: kubectl create secret generic ${secret}${option} --from-file=password`,
        ...(size === undefined ? ['<size>: of the volume, with room for the whole server: 20Gi'] : []),
      ],
      note: `The operator has to be installed. A standby copies all databases as they are: the same major version, processor and collations; an image of another operating system sorts texts otherwise, which breaks indexes of texts (pg_database_collation_actual_version tells).${size === undefined ? '' : ` The volume has three times the size of ${server.database}, for what it grows and for WAL (Planlight's own rule): with other databases take more.`}`,
    },
  ];
}

/** A name of an object in Kubernetes. */
const nameOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40) || 'primary';

/** Whole GiB. */
function storageFor(bytes: number | undefined): string | undefined {
  return bytes === undefined ? undefined : `${Math.max(1, Math.ceil((3 * bytes) / 2 ** 30))}Gi`;
}

function resourcesOf({ memoryBytes, cores }: Partial<DeployedServer> = {}): string {
  if (memoryBytes === undefined && cores === undefined) return '';
  const lines = [
    ...(memoryBytes === undefined ? [] : [`      memory: ${Math.round(memoryBytes / 2 ** 20)}Mi`]),
    ...(cores === undefined ? [] : [`      cpu: ${Math.round(cores * 1000)}m`]),
  ];
  return `  resources:\n    requests:\n${lines.join('\n')}\n    limits:\n${lines.join('\n')}\n`;
}
