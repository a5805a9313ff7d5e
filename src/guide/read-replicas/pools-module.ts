import type { PoolSetting, PoolUse } from '../../code/pools/pool-use';
import type { FileFix } from '../../nouns/check';
import { nameOf } from '../connection-pool/copies';

/** Libraries of which a program makes a pool for reads and one for writes itself. */
const libraries: Readonly<Record<string, ModuleOf>> = { pg: ofPg, knex: ofKnex };

type ModuleOf = (pool: PoolUse, variable: string, kind: Kind) => string;

interface Kind {
  readonly isTypeScript: boolean;
  /** `export const` in TypeScript */
  readonly declare: string;
}

/** A module with two pools beside the one that is there: which of them a query goes to, its code says. */
export function poolsModule(pool: PoolUse): FileFix[] {
  const { path, connectsTo, library } = pool;
  const contentOf = libraries[library];
  if (!contentOf) return [];
  const isTypeScript = /\.[cm]?tsx?$/.test(path);
  const kind: Kind = { isTypeScript, declare: isTypeScript ? 'export const' : 'const' };
  // What is required and what is imported may both use a .cjs file.
  const file = `database-replicas${isTypeScript ? '.ts' : '.cjs'}`;
  const content = contentOf(pool, connectsTo?.variable ?? 'DATABASE_URL', kind);
  return [
    {
      kind: 'file',
      title: `Write a module with pools for reads and for writes beside ${nameOf(pool)}`,
      files: [{ path: file, content: isTypeScript ? content : `${content}\nmodule.exports = { reads, writes };\n` }],
      placeholders: [
        'DATABASE_READ_URL: the variable with the address of the replica; without it reads go to the primary.',
      ],
      note: `Save it beside ${path}. Then use reads for queries that may be a moment old, and writes for everything else; take it instead of the pool that is there, so that there are not three.`,
    },
  ];
}

const forWrites = '/** The primary: writes, transactions, locks, and reads that must see what was written last. */';
const forReads = '/** A replica, where one is named: reads that may be a moment old. */';

function ofPg({ max, waitMs }: PoolUse, variable: string, { isTypeScript, declare }: Kind): string {
  const options = listed([numberOption('max', max), numberOption('connectionTimeoutMillis', waitMs)]);
  return `${isTypeScript ? "import { Pool } from 'pg';" : "const { Pool } = require('pg');"}

const options = {${options}};

${forWrites}
${declare} writes = new Pool({ ...options, connectionString: process.env.${variable} });

${forReads}
${declare} reads = process.env.DATABASE_READ_URL
  ? new Pool({ ...options, connectionString: process.env.DATABASE_READ_URL })
  : writes;

// Without it an idle connection that breaks ends the process; the pool opens another one.
for (const pool of new Set([reads, writes])) pool.on('error', (error) => console.error(error.message));
`;
}

function ofKnex({ min, max, waitMs }: PoolUse, variable: string, { isTypeScript, declare }: Kind): string {
  const pool = listed([
    ...(min ? [numberOption('min', min)] : []),
    numberOption('max', max),
    numberOption('acquireTimeoutMillis', waitMs),
  ]);
  return `${isTypeScript ? "import { knex } from 'knex';" : "const { knex } = require('knex');"}

const options = { client: 'pg'${pool === '' ? '' : `, pool: {${pool}}`} };

${forWrites}
${declare} writes = knex({ ...options, connection: process.env.${variable} });

${forReads}
${declare} reads = process.env.DATABASE_READ_URL
  ? knex({ ...options, connection: process.env.DATABASE_READ_URL })
  : writes;
`;
}

const listed = (options: readonly (string | undefined)[]): string => {
  const known = options.filter((one) => one !== undefined);
  return known.length > 0 ? ` ${known.join(', ')} ` : '';
};

/** Only what the program itself gives as a number. */
function numberOption(name: string, { value, isDefault, source }: PoolSetting): string | undefined {
  return value === undefined || isDefault || source !== undefined ? undefined : `${name}: ${value}`;
}
