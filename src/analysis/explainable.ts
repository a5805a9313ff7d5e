import type { Statement } from '../nouns/statement';
import type { ReadQuery } from './judgement';

const kinds: ReadonlySet<Statement['kind']> = new Set(['select', 'insert', 'update', 'delete', 'merge']);

/** The statement that EXPLAIN takes, if this is one and its whole text is known before the program runs. */
export function explainableStatement({ parsed, site }: ReadQuery): Statement | undefined {
  // A migration meets the schema of its day, and never again.
  if (site.runsOnce) return undefined;
  if (!parsed.ok || !kinds.has(parsed.statement.kind)) return undefined;
  return site.replaced === undefined || site.replaced.length === 0 ? parsed.statement : undefined;
}
