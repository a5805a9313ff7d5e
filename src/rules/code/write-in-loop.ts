import type { Repetition } from '../../code/calls/repetition';
import type { CodeRule } from '../code-rule';
import { keyOf } from './eager-loading';
import { repetitionFindings } from './repetition-finding';

/** How each library writes many rows at once. */
const inserts: Readonly<Record<string, string>> = {
  sequelize: 'bulkCreate',
  prisma: 'createMany',
  typeorm: 'insert with a list',
  knex: 'insert with a list',
  kysely: 'values with a list',
  drizzle: 'values with a list',
  'mikro-orm': 'insertMany',
  objection: 'insert with a list',
  supabase: 'insert with a list',
};

const upserts: Readonly<Record<string, string>> = {
  sequelize: 'bulkCreate with updateOnDuplicate',
  typeorm: 'upsert with a list',
  'mikro-orm': 'upsertMany',
  supabase: 'upsert with a list',
};

/** An INSERT, UPDATE or DELETE for each row. */
export const writeInLoop: CodeRule = {
  id: 'write-in-loop',
  title: 'Rows are written one by one in a loop',
  reference: 'https://www.postgresql.org/docs/current/populate.html',
  check(context) {
    return repetitionFindings(context, 'write-in-loop', 'write', advice);
  },
};

function advice(repetition: Repetition): string {
  const { inner } = repetition;
  const key = keyOf(repetition);
  switch (inner.operation) {
    case 'delete':
      return `delete all of them with one statement${key === undefined ? '' : `, by a list of ${key}`}`;
    case 'update':
      return 'change all of them with one UPDATE (FROM a list of values where they differ)';
    case 'upsert':
      return `write all rows with one statement (${upserts[inner.library] ?? 'INSERT … ON CONFLICT DO UPDATE'})`;
    default: {
      // A row with others that belong to it, such as a post and its tags.
      if (inner.sql.length > 1) return 'write all rows of each table with one statement';
      const word = inserts[inner.library];
      return `write all rows with one statement${word === undefined ? '' : ` (${word})`}`;
    }
  }
}
