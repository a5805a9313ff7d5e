import type { PoolUse } from '../../code/pools/pool-use';
import type { GuideFix } from '../../nouns/check';
import { nameOf } from '../connection-pool/copies';
import type { WorkspaceFacts } from '../facts';
import { clientFixes } from './client-fixes';
import { poolsModule } from './pools-module';

const stale = 'What is read there may be a moment old: code that reads what it has just written has to ask the primary';

/** How the programs' pools are told of a replica; each reads from the primary for as long as the variables are not set. */
export function poolFixes({ pools, replicaUses }: Pick<WorkspaceFacts, 'pools' | 'replicaUses'>): GuideFix[] {
  const { clients = [], divisions = [] } = replicaUses ?? {};
  // A pool that Prisma or Drizzle is given is told of by them.
  const taken = new Set([...clients, ...divisions].map(({ path }) => path));
  const others = pools.filter(({ role, path }) => role === 'primary' && !taken.has(path));
  return [...clientFixes(clients), ...others.flatMap(fixOf)];
}

function fixOf(pool: PoolUse): GuideFix[] {
  switch (pool.library) {
    case 'sequelize':
      return replicationFix(pool, sequelizeOption, sequelizeNote);
    case 'typeorm':
      return isUrl(pool) ? replicationFix(pool, typeormOption(pool.connectsTo?.variable), typeormNote) : [];
    case 'mikro-orm':
      return replicationFix(pool, mikroOrmOption, mikroOrmNote);
    case 'pg':
    case 'knex':
      return isUrl(pool) ? poolsModule(pool) : [];
    default:
      return [];
  }
}

const isUrl = ({ connectsTo }: PoolUse): boolean => /ur[il]|dsn|connection/i.test(connectsTo?.variable ?? '');

/** What is not given for reading or writing is taken from the options beside it: connection-manager.js of Sequelize 6. */
const sequelizeOption =
  'replication: { read: [{ host: process.env.DATABASE_READ_HOST, port: process.env.DATABASE_READ_PORT }], write: {} }';
const sequelizeNote = `The variables DATABASE_READ_HOST and DATABASE_READ_PORT name the replica. Finders and queries with type SELECT go there, also those with a lock outside of a transaction; transactions and queries without a type go to the primary. ${stale} (useMaster: true, or a transaction). There are two pools then, each of the size of pool.max.`;

/** Each server has all of its own, nothing is taken from the options beside it: PostgresDriver.js. */
const typeormOption = (variable: string | undefined): string =>
  `replication: { master: { url: process.env.${variable} }, slaves: [{ url: process.env.DATABASE_READ_URL || process.env.${variable} }] }`;
const typeormNote = `The variable DATABASE_READ_URL names the replica. find and query builders' selects go there; transactions, save and query() go to the primary. ${stale} (a transaction, or a query runner made with createQueryRunner('master')). There are two pools then, each of the whole size.`;

/** What is not given is taken from the options beside it: createReplicas of MikroORM 6's DatabaseDriver.js. */
const mikroOrmOption = 'replicas: [{ clientUrl: process.env.DATABASE_READ_URL }]';
const mikroOrmNote = `The variable DATABASE_READ_URL names the replica. What is read outside of a transaction goes there. ${stale} (connectionType: 'write', or a transaction). There are two pools then, each of the whole size.`;

function replicationFix(pool: PoolUse, option: string, note: string): GuideFix[] {
  const { path, insertion } = pool.replicationPlace ?? {};
  if (path === undefined || !insertion) return [];
  const { range, before, after } = insertion;
  return [
    {
      kind: 'edit',
      title: `Let ${nameOf(pool)} read from a replica`,
      edits: [{ uri: path, range, newText: `${before}${option}${after}` }],
      note,
    },
  ];
}
