import type { CommandFix, GuideFix } from '../../nouns/check';
import type { GuideFacts } from '../facts';

export interface HostedPooler {
  readonly fixes: GuideFix[];
  /** It is there already, and only has to be used: nothing is to be run by oneself. */
  readonly isInstead: boolean;
}

/** The pooler that the server's hoster has. */
export function hostedPooler(facts: GuideFacts): HostedPooler {
  switch (facts.health?.server.hosting) {
    case 'rds':
    case 'aurora':
      return { fixes: [rdsProxy], isInstead: false };
    case 'neon':
      return { fixes: neonHosts(facts), isInstead: true };
    case 'supabase':
      return { fixes: [supavisor], isInstead: true };
    case 'azure':
      return { fixes: [azure], isInstead: true };
    default:
      return { fixes: [], isInstead: false };
  }
}

/** https://docs.aws.amazon.com/cli/latest/reference/rds/create-db-proxy.html */
const rdsProxy: CommandFix = {
  kind: 'command',
  title: 'Put RDS Proxy before the server',
  command:
    'aws rds create-db-proxy --db-proxy-name <name> --engine-family POSTGRESQL --auth AuthScheme=SECRETS,SecretArn=<secret> --role-arn <role> --vpc-subnet-ids <subnets>\naws rds register-db-proxy-targets --db-proxy-name <name> --db-instance-identifiers <instance>',
  placeholders: [
    '<name>: a name for the proxy',
    '<secret>: the secret in Secrets Manager with user and password',
    '<role>: a role that may read it',
    '<subnets>: at least two, of the server’s VPC',
    '<instance>: the identifier of the server; of Aurora --db-cluster-identifiers instead',
  ],
  note: 'It costs by the server’s cores. SET, temporary tables and advisory locks pin a client to one connection.',
};

/** https://supabase.com/docs/guides/database/connecting-to-postgres */
const supavisor: CommandFix = {
  kind: 'command',
  title: 'Connect through Supavisor, which Supabase runs',
  command: 'DATABASE_URL=postgres://postgres.<project>:<password>@<region>.pooler.supabase.com:6543/postgres',
  placeholders: [
    '<project>: the reference of the project',
    '<password>: of the database, where your secrets are kept',
    '<region>: as the button Connect of the project’s page has it',
  ],
  note: 'Port 6543 is transaction mode; port 5432 of the same host is session mode.',
};

/** https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-pgbouncer */
const azure: CommandFix = {
  kind: 'command',
  title: 'Switch on the server’s own PgBouncer',
  command:
    'az postgres flexible-server parameter set --resource-group <group> --server-name <server> --name pgbouncer.enabled --value true',
  placeholders: ['<group>: the resource group', '<server>: the name of the server'],
  note: 'Not in the tier Burstable. It listens on port 6432 of the same host; connection strings have to name that port.',
};

/** `ep-cool-1234.us-east-2.aws.neon.tech` → `ep-cool-1234-pooler.…`: https://neon.com/docs/connect/connection-pooling */
function neonHosts({ workspace }: GuideFacts): GuideFix[] {
  const edits = (workspace?.deployment.references ?? []).flatMap(({ host, port, place }) => {
    const [, endpoint, domain] = /^(ep-[\w-]+?)(\..*\.neon\.tech)$/.exec(host) ?? [];
    if (endpoint === undefined || endpoint.endsWith('-pooler')) return [];
    const newText = `${endpoint}-pooler${domain}${port === undefined ? '' : `:${port}`}`;
    return [{ uri: place.path, range: place.range, newText }];
  });
  if (edits.length > 0) return [{ kind: 'edit', title: 'Connect through Neon’s PgBouncer', edits }];
  return [
    {
      kind: 'command',
      title: 'Connect through Neon’s PgBouncer',
      command: 'DATABASE_URL=postgres://<user>@<endpoint>-pooler.<region>.neon.tech/<database>',
      placeholders: ['<endpoint>, <region>, <user>, <database>: as they are now, with -pooler behind the endpoint'],
    },
  ];
}
