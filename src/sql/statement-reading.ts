import { createHash } from 'node:crypto';
import type { RelationName, Statement, StatementKind } from '../nouns/statement';
import { normalForm } from './normal-form';
import { writtenRelations } from './written-relations';

/** What the text of a statement tells, as plain JSON: by it a statement of the server is found in the code that sends it. */
export interface StatementReading {
  /** libpg-query's. Names of schemas do not count in it, aliases of tables do. */
  readonly fingerprint: string;
  /** Of the normal form, in which aliases do not count either; absent for a statement that is nested too deeply. */
  readonly form?: string;
  readonly kind: StatementKind;
  readonly readsOnly: boolean;
  /** Those that it reads or writes, as the text names them: `posts`, `audit.events`. */
  readonly tables: readonly string[];
  /** Those that it writes. */
  readonly writes: readonly string[];
}

export function readingOf(statement: Statement): StatementReading {
  const form = formOf(statement);
  return {
    fingerprint: statement.fingerprint,
    ...(form !== undefined && { form }),
    kind: statement.kind,
    readsOnly: statement.readsOnly,
    tables: namesOf(statement.relations),
    writes: namesOf(writtenRelations(statement)),
  };
}

const namesOf = (relations: readonly RelationName[]): string[] => [
  ...new Set(relations.map(({ schema, name }) => (schema === undefined ? name : `${schema}.${name}`))),
];

function formOf(statement: Statement): string | undefined {
  try {
    return createHash('sha1').update(normalForm(statement)).digest('hex').slice(0, 16);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // The stack is too small for its depth.
    throw error;
  }
}
