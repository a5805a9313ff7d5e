import type { DeployedServer } from '../../code/deployment/deployment';
import type { Health } from '../../database/health/health';
import type { CommandFix, FileFix, GuideFix } from '../../nouns/check';
import type { EditFix } from '../../nouns/fix';
import { formatBytes } from '../../plan/format';
import type { GuideFacts } from '../facts';
import { instanceClassOf, nextClass, type Size } from './instance-classes';
import { gigabyte, megabyte } from './machine';

const settingsFollow = 'shared_buffers and the other settings want to grow with it: run the checklist again.';

/** The next size where the server runs: the cloud's command, an edit of its manifest, or a patch for it. */
export function sizeFixes(facts: GuideFacts, { server }: Health, need: Size): GuideFix[] {
  const deployed = facts.workspace?.deployment.servers.filter(({ replicaOf }) => replicaOf === undefined) ?? [];
  switch (server.hosting) {
    case 'rds':
    case 'aurora':
      return rdsFix(deployed, need, server.hosting === 'aurora');
    case 'cloud sql':
      return [cloudSqlFix(need)];
    case 'azure':
      return [azureFix(need)];
    case 'supabase':
    case 'neon':
      return [];
    case 'self-managed': {
      const own = deployed.find(({ kind }) => kind !== 'terraform');
      return own ? [manifestFix(own, need)] : [];
    }
  }
}

/** The cores and bytes that a size has are said, since the name says neither. */
const sized = ({ cores, memoryBytes }: Size): string => `${cores} cores, ${formatBytes(memoryBytes)}`;

function rdsFix(deployed: readonly DeployedServer[], need: Size, isAurora: boolean): CommandFix[] {
  const terraform = deployed.find(({ instanceClass }) => instanceClass !== undefined);
  const next = nextClass(need, instanceClassOf(terraform?.instanceClass), { isAurora });
  if (!next) return [];
  const file = terraform
    ? ` instance_class stands in ${terraform.place.path}: change it there, or Terraform takes it back.`
    : '';
  return [
    {
      kind: 'command',
      title: `Change the instance to ${next.name} (${sized(next)})`,
      command: `aws rds modify-db-instance \\\n  --db-instance-identifier <instance> \\\n  --db-instance-class ${next.name}`,
      placeholders: ['<instance>: the name of the instance.'],
      note: `It happens in the next maintenance window. With --apply-immediately it happens at once, and the instance restarts: some minutes without database, with Multi-AZ about one.${file} ${settingsFollow}`,
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.gp3.html */
export function storageFixes({ server }: Health): CommandFix[] {
  if (server.hosting !== 'rds') return [];
  return [
    {
      kind: 'command',
      title: 'Give the instance faster storage',
      command:
        'aws rds modify-db-instance \\\n  --db-instance-identifier <instance> \\\n  --storage-type gp3 --iops <iops>',
      placeholders: [
        '<instance>: the name of the instance.',
        '<iops>: more than it has now, which CloudWatch tells as ReadIOPS and WriteIOPS.',
      ],
      note: 'It happens in the next maintenance window, in most cases without an outage; latencies are higher for hours while it goes on. Amounts that come with gp3 (3,000, and 12,000 from 400 GB on) cannot be set lower.',
    },
  ];
}

/** Even cores, memory in steps of 256 MB and up to 6.5 GB a core: https://cloud.google.com/sql/docs/postgres/create-instance#machine-types */
function cloudSqlFix({ cores, memoryBytes }: Size): CommandFix {
  const memory = Math.ceil(memoryBytes / (256 * megabyte)) * 256;
  const least = Math.ceil(memory / 1024 / 6.5);
  const even = Math.ceil(Math.max(cores, least) / 2) * 2;
  return {
    kind: 'command',
    title: `Change the instance to ${sized({ cores: even, memoryBytes: memory * megabyte })}`,
    command: `gcloud sql instances patch <instance> --tier=db-custom-${even}-${memory}`,
    placeholders: ['<instance>: the name of the instance.'],
    note: `The instance restarts at once. ${settingsFollow}`,
  };
}

/** 4 GB a core, or 8: https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-compute */
function azureFix({ cores, memoryBytes }: Size): CommandFix {
  const wanted = Math.max(cores, Math.ceil(memoryBytes / gigabyte / 8));
  const [next = 96] = [2, 4, 8, 16, 32, 48, 64, 96].filter((one) => one >= wanted);
  const isGeneral = next * 4 * gigabyte >= memoryBytes;
  return {
    kind: 'command',
    title: `Change the server to ${sized({ cores: next, memoryBytes: next * (isGeneral ? 4 : 8) * gigabyte })}`,
    command: `az postgres flexible-server update --resource-group <group> --name <server> \\\n  --tier ${isGeneral ? 'GeneralPurpose' : 'MemoryOptimized'} --sku-name Standard_${isGeneral ? 'D' : 'E'}${next}ds_v5`,
    placeholders: ['<group>: the resource group.', '<server>: the name of the server.'],
    note: `The server restarts at once. ${settingsFollow}`,
  };
}

/** Requests as large as limits: such a pod is the last to be ended when its node runs short of memory. */
function manifestFix(server: DeployedServer, need: Size): EditFix | FileFix {
  const isCompose = server.kind === 'compose';
  const memory = `${Math.ceil(need.memoryBytes / gigabyte)}${isCompose ? 'G' : 'Gi'}`;
  const amounts = `{ ${isCompose ? 'cpus' : 'cpu'}: "${need.cores}", memory: ${memory} }`;
  const resources = `{ ${isCompose ? 'reservations' : 'requests'}: ${amounts}, limits: ${amounts} }`;
  const title = `Give ${server.name} ${need.cores} cores and ${memory} of memory`;
  const note = `PostgreSQL restarts when it is applied, which ends all connections; the machine below must have so much. ${settingsFollow}`;
  if (server.resources) {
    return {
      kind: 'edit',
      title,
      edits: [{ uri: server.place.path, range: server.resources, newText: resources }],
      note,
    };
  }
  return { kind: 'file', title, ...patchOf(server, need, resources), note };
}

function patchOf(
  { kind, name, namespace, memoryBytes, cores }: DeployedServer,
  need: Size,
  resources: string,
): Pick<FileFix, 'files' | 'placeholders'> {
  if (kind === 'compose') {
    // Compose refuses both ways at once.
    const isShort = memoryBytes !== undefined || cores !== undefined;
    const short = `cpus: ${need.cores}\n    mem_limit: ${Math.ceil(need.memoryBytes / gigabyte)}g`;
    return patch(
      'docker-compose.resources.yml',
      'docker compose -f docker-compose.yml -f docker-compose.resources.yml up -d',
      `services:
  ${name}:
    ${isShort ? short : `deploy:\n      resources: ${resources}`}
`,
    );
  }
  const path = 'k8s/database/postgres-resources.yaml';
  const option = namespace === undefined ? '' : `--namespace ${namespace} `;
  if (kind === 'cloudnativepg') {
    return patch(
      path,
      `kubectl patch ${option}cluster ${name} --type merge --patch-file ${path}`,
      `spec:
  resources: ${resources}
`,
    );
  }
  return patch(
    path,
    `kubectl patch ${option}statefulset ${name} --patch-file ${path}`,
    `spec:
  template:
    spec:
      containers:
        - name: <container>
          resources: ${resources}
`,
    ['<container>: the name of the container that runs PostgreSQL.'],
  );
}

function patch(path: string, command: string, content: string, placeholders: readonly string[] = []) {
  return { files: [{ path, content: `# ${command}\n${content}` }], placeholders };
}
