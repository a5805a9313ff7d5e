import type { Use } from '../../facts/facts';
import type { ChainValue } from '../../facts/values';
import { callTaking } from '../../resolve/follow-parameters';
import type { CallContext } from '../orm';

/** What takes a query as a part of another one. */
const takers: ReadonlySet<string> = new Set([
  ...[
    'as',
    'from',
    'where',
    'having',
    'exists',
    'notExists',
    'inArray',
    'notInArray',
    'select',
    'eq',
    'ne',
    'gt',
    'gte',
  ],
  ...['lt', 'lte', 'and', 'or', 'not', 'union', 'unionAll', 'intersect', 'intersectAll', 'except', 'exceptAll'],
  ...[
    'leftJoin',
    'innerJoin',
    'rightJoin',
    'fullJoin',
    'leftJoinLateral',
    'innerJoinLateral',
    'crossJoin',
    'with',
    '$with',
  ],
  ...['values', 'set', 'orderBy', 'groupBy', 'selectDistinct', 'selectDistinctOn', 'pgView', 'pgMaterializedView'],
]);

/** Promise.all([…]) awaits what it is handed. */
const awaiting = /^(?:all|allSettled|race|any|push|batch|then|resolve)$/;

/**
 * What takes the query instead of sending it: a name or a part of another query ('none' is known to send it), a function of
 * the program that may go on with it; undefined when it is sent.
 */
export function takerOf(chain: ChainValue, { at, use }: CallContext): Use | 'none' | undefined {
  const isRun = chain.links.at(-1)?.name === 'execute' && chain.links.length > 2;
  if (use?.binding !== undefined) return isRun ? undefined : 'none';
  const facts = at.file.functions[at.function];
  let innermost: { readonly use: Use; readonly name: string; readonly start: number } | undefined;
  for (const other of facts?.uses ?? []) {
    for (const link of other.chain.links) {
      const range = link.argumentsRange;
      if (range === undefined || range.start > chain.range.start || chain.range.end > range.end) continue;
      if (innermost !== undefined && innermost.start >= range.start) continue;
      const name = link.name === '' && typeof other.chain.root === 'string' ? other.chain.root : link.name;
      innermost = { use: other, name, start: range.start };
    }
  }
  if (innermost !== undefined) {
    if (takers.has(innermost.name)) return 'none';
    return awaiting.test(innermost.name) ? undefined : innermost.use;
  }
  if (use?.within !== 'return' || facts?.callback === undefined || facts.parent === undefined) return undefined;
  // `(qb) => qb.select()…` of `$with('recent').as(…)`.
  const taking = callTaking(at.function, at);
  return takers.has(taking?.chain.links[taking.link]?.name ?? '') ? 'none' : undefined;
}
