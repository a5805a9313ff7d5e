import type { Statement } from '../nouns/statement';
import type { ReadQuery } from './judgement';

const kinds: ReadonlySet<Statement['kind']> = new Set(['select', 'insert', 'update', 'delete', 'merge']);

/** Whether EXPLAIN takes such a statement. */
export const hasPlan = ({ kind }: Statement): boolean => kinds.has(kind);

/** The statement that EXPLAIN takes, if this is one and its whole text is known before the program runs. */
export function explainableStatement({ parsed, site }: ReadQuery): Statement | undefined {
  if (!parsed.ok || !hasPlan(parsed.statement)) return undefined;
  return site.replaced === undefined || site.replaced.length === 0 ? parsed.statement : undefined;
}

/** The statement, unless nobody wants its plan unasked: a migration meets the schema of its day, and never again. */
export function statementToPlan(query: ReadQuery): Statement | undefined {
  return query.site.runsOnce ? undefined : explainableStatement(query);
}

/** Why there is nothing to explain; one sentence. */
export function whyNotExplainable({ site }: ReadQuery): string {
  const [first] = site.replaced ?? [];
  return first
    ? `${first.source} stands for a name or a clause that is known only when the program runs: PostgreSQL cannot plan this.`
    : 'PostgreSQL explains SELECT, INSERT, UPDATE, DELETE and MERGE; this is another kind of statement.';
}
