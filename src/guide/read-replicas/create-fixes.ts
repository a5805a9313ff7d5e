import type { DeployedServer } from '../../code/deployment/deployment';
import type { Health } from '../../database/health/health';
import type { CommandFix, FileFix, GuideFix } from '../../nouns/check';
import type { GuideFacts } from '../facts';

const price = 'A replica costs as much as the primary, and repeats all of its writes.';

/** How a replica is made where the server runs; what is not known stands in angle brackets. */
export function createReplicaFixes({ workspace }: GuideFacts, { server }: Health): GuideFix[] {
  const servers = workspace?.deployment.servers.filter(({ replicaOf }) => replicaOf === undefined) ?? [];
  const terraform = servers.find(({ kind, instanceClass }) => kind === 'terraform' && instanceClass?.startsWith('db.'));
  const hosts = workspace?.deployment.references?.map(({ host }) => host) ?? [];
  switch (server.hosting) {
    case 'rds':
      return [...(terraform ? [terraformFix(terraform)] : []), rdsFix(hosts, terraform?.instanceClass)];
    case 'aurora':
      return [auroraFix(hosts, terraform?.instanceClass)];
    case 'cloud sql':
      return [cloudSql];
    case 'azure':
      return [azure];
    case 'supabase':
    case 'neon':
      return [];
    case 'self-managed': {
      const cluster = servers.find(({ kind }) => kind === 'cloudnativepg');
      return [cluster ? cloudNativeFix(cluster) : byHand];
    }
  }
}

/** `blog` of `blog.c9akciq32.eu-west-1.rds.amazonaws.com`; the endpoints of clusters have another second part. */
function identifierIn(hosts: readonly string[], ofCluster: boolean): string | undefined {
  return hosts.flatMap((host) => {
    const [, name, part] = /^([\w-]+)\.([\w-]+)\.[\w-]+\.rds\.amazonaws\.com$/.exec(host) ?? [];
    return name !== undefined && part?.startsWith('cluster-') === ofCluster ? name : [];
  })[0];
}

const classPlaceholder = '<class>: the size of the replica, as the primary’s or larger: it repeats all of its writes.';

/** https://docs.aws.amazon.com/cli/latest/reference/rds/create-db-instance-read-replica.html */
function rdsFix(hosts: readonly string[], instanceClass: string | undefined): CommandFix {
  const source = identifierIn(hosts, false);
  const name = source ?? '<instance>';
  return {
    kind: 'command',
    title: `Create a read replica of ${source ?? 'the instance'} on RDS`,
    command: `aws rds create-db-instance-read-replica \\\n  --db-instance-identifier ${name}-read-replica-1 \\\n  --source-db-instance-identifier ${name} \\\n  --db-instance-class ${instanceClass ?? '<class>'}`,
    placeholders: [
      ...(source === undefined ? ['<instance>: the identifier of the primary.'] : []),
      ...(instanceClass === undefined ? [classPlaceholder] : []),
    ],
    note: `Automated backups must be on. ${price}`,
  };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-replicas-adding.html */
function auroraFix(hosts: readonly string[], instanceClass: string | undefined): CommandFix {
  const cluster = identifierIn(hosts, true);
  const name = cluster ?? '<cluster>';
  return {
    kind: 'command',
    title: `Add a reader to ${cluster === undefined ? 'the cluster' : `the cluster ${cluster}`} on Aurora`,
    command: `aws rds create-db-instance \\\n  --db-instance-identifier ${name}-reader-1 \\\n  --db-cluster-identifier ${name} \\\n  --engine aurora-postgresql \\\n  --db-instance-class ${instanceClass ?? '<class>'}`,
    placeholders: [
      ...(cluster === undefined ? ['<cluster>: the identifier of the cluster.'] : []),
      ...(instanceClass === undefined ? [classPlaceholder] : []),
    ],
    note: 'Programs reach all readers at the reader endpoint of the cluster (cluster-ro-…).',
  };
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance#replicate_source_db */
function terraformFix({ name, place, instanceClass }: DeployedServer): FileFix {
  return {
    kind: 'file',
    title: `Declare a read replica of aws_db_instance.${name} in Terraform`,
    files: [
      {
        path: `${name}-read-replica.tf`,
        content: `resource "aws_db_instance" "${name}_read_replica" {
  identifier          = "\${aws_db_instance.${name}.identifier}-read-replica-1"
  replicate_source_db = aws_db_instance.${name}.identifier
  instance_class      = "${instanceClass}"
  skip_final_snapshot = true
}

output "${name}_read_host" {
  value = aws_db_instance.${name}_read_replica.address
}
`,
      },
    ],
    placeholders: [],
    note: `Save it beside ${place.path}: Terraform reads one folder. The primary needs backup_retention_period of at least 1. ${price}`,
  };
}

/** The operator makes the standbys, and the Service `-ro` before them: https://cloudnative-pg.io/documentation/current/service_management/ */
function cloudNativeFix({ name, namespace, instances = 1 }: DeployedServer): CommandFix {
  const option = namespace === undefined ? '' : ` --namespace ${namespace}`;
  return {
    kind: 'command',
    title: `Let CloudNativePG run ${instances + 1} instances of ${name}`,
    command: `kubectl patch cluster ${name}${option} --type merge --patch '{"spec":{"instances":${instances + 1}}}'`,
    placeholders: [],
    note: `Change instances in its manifest, too. Reads go to the Service ${name}-ro; ${name}-rw is the primary.`,
  };
}

const cloudSql: CommandFix = {
  kind: 'command',
  title: 'Create a read replica on Cloud SQL',
  command: 'gcloud sql instances create <instance>-read-replica-1 --master-instance-name=<instance>',
  placeholders: ['<instance>: the name of the primary.'],
  note: price,
};

const azure: CommandFix = {
  kind: 'command',
  title: 'Create a read replica on Azure',
  command:
    'az postgres flexible-server replica create --resource-group <group> \\\n  --source-server <server> --replica-name <server>-read-replica-1',
  placeholders: ['<group>: the resource group.', '<server>: the name of the primary.'],
  note: price,
};

/** https://www.postgresql.org/docs/current/app-pgbasebackup.html; pg_basebackup asks for the password, and writes none down unless it is given one. */
const byHand: CommandFix = {
  kind: 'command',
  title: 'Copy the primary to another machine, which follows it then',
  command:
    'pg_basebackup --host=<primary> --username=<replicator> --pgdata=<folder> \\\n  --write-recovery-conf --create-slot --slot=replica_1 --checkpoint=fast --progress',
  placeholders: [
    '<primary>: the host of this server, as the other machine reaches it.',
    '<replicator>: a role with REPLICATION, which a line of pg_hba.conf lets in: host replication <replicator> <address of the replica>/32 scram-sha-256',
    '<folder>: the data folder on the other machine; it must be empty.',
  ],
  note: 'Run it on the other machine, then start PostgreSQL there: same major version. The slot keeps WAL while the replica is away; drop it if the replica goes for good. A password that it is given is written to postgresql.auto.conf: a .pgpass file is better.',
};
