import type { PoolSetting, PoolUse } from '../../code/pools/pool-use';
import type { FileFix } from '../../nouns/check';
import { nameOf } from '../connection-pool/copies';

/** A module with two pools of pg beside the one that is there: which of them a query goes to, its code says. */
export function pgModule(pool: PoolUse): FileFix {
  const { path, connectsTo } = pool;
  const isTypeScript = /\.[cm]?tsx?$/.test(path);
  // What is required and what is imported may both use a .cjs file.
  const file = `database-replicas${isTypeScript ? '.ts' : '.cjs'}`;
  return {
    kind: 'file',
    title: `Write a module with pools for reads and for writes beside ${nameOf(pool)}`,
    files: [{ path: file, content: contentFor(pool, connectsTo?.variable ?? 'DATABASE_URL', isTypeScript) }],
    placeholders: [
      'DATABASE_READ_URL: the variable with the address of the replica; without it reads go to the primary.',
    ],
    note: `Save it beside ${path}. Then use reads for queries that may be a moment old, and writes for everything else; take it instead of the pool that is there, so that there are not three.`,
  };
}

function contentFor(pool: PoolUse, variable: string, isTypeScript: boolean): string {
  const options = [numberOption('max', pool.max), numberOption('connectionTimeoutMillis', pool.waitMs)].flatMap(
    (one) => one ?? [],
  );
  const declared = isTypeScript ? 'export const' : 'const';
  return `${isTypeScript ? "import { Pool } from 'pg';" : "const { Pool } = require('pg');"}

const options = {${options.length > 0 ? ` ${options.join(', ')} ` : ''}};

/** The primary: writes, transactions, locks, and reads that must see what was written last. */
${declared} writes = new Pool({ ...options, connectionString: process.env.${variable} });

/** A replica, where one is named: reads that may be a moment old. */
${declared} reads = process.env.DATABASE_READ_URL
  ? new Pool({ ...options, connectionString: process.env.DATABASE_READ_URL })
  : writes;

// Without it an idle connection that breaks ends the process; the pool opens another one.
for (const pool of new Set([reads, writes])) pool.on('error', (error) => console.error(error.message));
${isTypeScript ? '' : '\nmodule.exports = { reads, writes };\n'}`;
}

/** Only what the program itself gives as a number. */
function numberOption(name: string, { value, isDefault, source }: PoolSetting): string | undefined {
  return value === undefined || isDefault || source !== undefined ? undefined : `${name}: ${value}`;
}
