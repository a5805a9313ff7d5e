import type { DeployedServer } from '../../code/deployment/deployment';
import type { CommandFix, FileFix, GuideFix } from '../../nouns/check';

/** What is known of an instance or a cluster of AWS; what is not is a placeholder. */
interface Known {
  readonly name?: string;
  /** `eu-west-1` */
  readonly region?: string;
  readonly instanceClass?: string;
}

export const price = 'A replica costs as much as the primary, and repeats all of its writes.';

const classPlaceholder = '<class>: the size of the replica, as the primary’s or larger: it repeats all of its writes.';

export function rdsFixes(hosts: readonly string[], terraform: DeployedServer | undefined): GuideFix[] {
  const known = knownOf(hosts, false, terraform);
  // Where the primary is declared, the replica belongs beside it.
  return terraform ? [declaredInTerraform(terraform), rdsCommand(known)] : [rdsCommand(known), newInTerraform(known)];
}

export function auroraFixes(hosts: readonly string[], terraform: DeployedServer | undefined): GuideFix[] {
  const known = knownOf(hosts, true, terraform);
  const inTerraform = readerInTerraform(known, terraform);
  return terraform ? [inTerraform, auroraCommand(known)] : [auroraCommand(known), inTerraform];
}

/** `blog.c9akciq32.eu-west-1.rds.amazonaws.com`; the endpoints of clusters have another second part. */
function knownOf(hosts: readonly string[], ofCluster: boolean, terraform: DeployedServer | undefined): Known {
  const [found] = hosts.flatMap((host) => {
    const [, name, part, region] = /^([\w-]+)\.([\w-]+)\.([\w-]+)\.rds\.amazonaws\.com$/.exec(host) ?? [];
    return name !== undefined && part?.startsWith('cluster-') === ofCluster ? [{ name, region }] : [];
  });
  return { ...found, instanceClass: terraform?.instanceClass };
}

/** Lines of a command that goes on. */
const command = (lines: readonly string[]): string => lines.join(' \\\n  ');

const inRegion = ({ region }: Known): string[] => (region === undefined ? [] : [`--region ${region}`]);

function placeholders({ name, instanceClass }: Known, ofName: string): string[] {
  return [...(name === undefined ? [ofName] : []), ...(instanceClass === undefined ? [classPlaceholder] : [])];
}

const ofInstance = '<instance>: the identifier of the primary.';
const ofCluster = '<cluster>: the identifier of the cluster.';

/** https://docs.aws.amazon.com/cli/latest/reference/rds/create-db-instance-read-replica.html */
function rdsCommand(known: Known): CommandFix {
  const name = known.name ?? '<instance>';
  return {
    kind: 'command',
    title: `Create a read replica of ${known.name ?? 'the instance'} on RDS`,
    command: command([
      'aws rds create-db-instance-read-replica',
      ...inRegion(known),
      `--db-instance-identifier ${name}-read-replica-1`,
      `--source-db-instance-identifier ${name}`,
      `--db-instance-class ${known.instanceClass ?? '<class>'}`,
    ]),
    placeholders: placeholders(known, ofInstance),
    note: `Automated backups must be on. RDS chooses the availability zone; --availability-zone names one. ${price}`,
  };
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-replicas-adding.html */
function auroraCommand(known: Known): CommandFix {
  const name = known.name ?? '<cluster>';
  return {
    kind: 'command',
    title: `Add a reader to ${known.name === undefined ? 'the cluster' : `the cluster ${name}`} on Aurora`,
    command: command([
      'aws rds create-db-instance',
      ...inRegion(known),
      `--db-instance-identifier ${name}-reader-1`,
      `--db-cluster-identifier ${name}`,
      '--engine aurora-postgresql',
      `--db-instance-class ${known.instanceClass ?? '<class>'}`,
    ]),
    placeholders: placeholders(known, ofCluster),
    note: readerNote,
  };
}

const readerNote = 'Programs reach all readers at the reader endpoint of the cluster (cluster-ro-…).';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance#replicate_source_db */
function declaredInTerraform({ name, place, instanceClass }: DeployedServer): FileFix {
  return {
    kind: 'file',
    title: `Declare a read replica of aws_db_instance.${name} in Terraform`,
    files: [
      {
        path: `${name}-read-replica.tf`,
        content: replicaOf({
          label: `${name}_read_replica`,
          identifier: `"\${aws_db_instance.${name}.identifier}-read-replica-1"`,
          source: `aws_db_instance.${name}.identifier`,
          instanceClass,
        }),
      },
    ],
    placeholders: [],
    note: `Save it beside ${place.path}: Terraform reads one folder. The primary needs backup_retention_period of at least 1. ${price}`,
  };
}

/** Of an instance that no file here declares: by its identifier, which is in the same account and region. */
function newInTerraform(known: Known): FileFix {
  const name = known.name ?? '<instance>';
  return {
    kind: 'file',
    title: `Declare a read replica of ${known.name ?? 'the instance'} in Terraform`,
    files: [
      {
        path: 'read-replica.tf',
        content: replicaOf({
          label: 'read_replica',
          identifier: `"${name}-read-replica-1"`,
          source: `"${name}"`,
          instanceClass: known.instanceClass,
        }),
      },
    ],
    placeholders: placeholders(known, ofInstance),
    note: `The primary needs automated backups, and the provider ${known.region === undefined ? 'its region' : `the region ${known.region}`}. ${price}`,
  };
}

function replicaOf(resource: {
  readonly label: string;
  readonly identifier: string;
  readonly source: string;
  readonly instanceClass: string | undefined;
}): string {
  return `resource "aws_db_instance" "${resource.label}" {
  identifier          = ${resource.identifier}
  replicate_source_db = ${resource.source}
  instance_class      = "${resource.instanceClass ?? '<class>'}"
  skip_final_snapshot = true
}

output "${resource.label.replace(/_?read_replica$/, '') || 'database'}_read_host" {
  value = aws_db_instance.${resource.label}.address
}
`;
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/rds_cluster_instance */
function readerInTerraform(known: Known, terraform: DeployedServer | undefined): FileFix {
  const name = known.name ?? '<cluster>';
  return {
    kind: 'file',
    title: `Declare a reader of ${known.name === undefined ? 'the cluster' : `the cluster ${name}`} in Terraform`,
    files: [
      {
        path: 'reader.tf',
        content: `resource "aws_rds_cluster_instance" "reader" {
  identifier         = "${name}-reader-1"
  cluster_identifier = "${name}"
  engine             = "aurora-postgresql"
  instance_class     = "${known.instanceClass ?? '<class>'}"
}
`,
      },
    ],
    placeholders: placeholders(known, ofCluster),
    note: `${terraform ? `Save it beside ${terraform.place.path}: Terraform reads one folder. ` : ''}${readerNote}`,
  };
}
