import type { Health } from '../../database/health/health';
import type { CommandFix, GuideFix } from '../../nouns/check';
import type { GuideFacts } from '../facts';
import { auroraFixes, price, rdsFixes } from './aws-fixes';
import { moreInstances, standbyCluster } from './cloudnativepg-fixes';

/** How a replica is made where the server runs; what is not known stands in angle brackets. */
export function createReplicaFixes(facts: GuideFacts, health: Health): GuideFix[] {
  const { workspace } = facts;
  const { server } = health;
  const servers = workspace?.deployment.servers.filter(({ replicaOf }) => replicaOf === undefined) ?? [];
  const terraform = servers.find(({ kind, instanceClass }) => kind === 'terraform' && instanceClass?.startsWith('db.'));
  const hosts = workspace?.deployment.references?.map(({ host }) => host) ?? [];
  switch (server.hosting) {
    case 'rds':
      return rdsFixes(hosts, terraform);
    case 'aurora':
      return auroraFixes(hosts, terraform);
    case 'cloud sql':
      return [cloudSql];
    case 'azure':
      return [azure];
    case 'supabase':
    case 'neon':
      return [];
    case 'self-managed': {
      const cluster = servers.find(({ kind }) => kind === 'cloudnativepg');
      return cluster ? [moreInstances(cluster)] : [...standbyCluster(facts, health), byHand];
    }
  }
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
