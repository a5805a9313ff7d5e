import type { ChainValue } from '../../facts/values';
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

/** Drizzle sends a query when it is awaited: one that is kept in a name, or handed to another one, is a part of that. */
export function isPartOfQuery(chain: ChainValue, { at, use }: CallContext): boolean {
  if (use === undefined || use.isAwaited) return false;
  const last = chain.links.at(-1)?.name;
  const isRun = last === 'execute' && chain.links.length > 2;
  if (use.binding !== undefined) return !isRun;
  const facts = at.file.functions[at.function];
  const around = facts?.uses.flatMap(({ chain: other }) =>
    other.links
      .filter(({ argumentsRange: range }) => range && range.start <= chain.range.start && chain.range.end <= range.end)
      .map((link) => ({
        name: link.name === '' && typeof other.root === 'string' ? other.root : link.name,
        range: link.argumentsRange,
      })),
  );
  const innermost = around?.toSorted((a, b) => (b.range?.start ?? 0) - (a.range?.start ?? 0))[0];
  if (innermost !== undefined) return takers.has(innermost.name);
  if (use.within !== 'return' || facts?.callback === undefined || facts.parent === undefined) return false;
  // `(qb) => qb.select()…` of `$with('recent').as(…)`.
  const taking = at.file.functions[facts.parent]?.uses[facts.callback.use]?.chain;
  const link = taking?.links.find((each) => {
    const given = each.arguments?.[facts.callback?.argument ?? 0];
    return given?.kind === 'function' && given.id === at.function;
  });
  return link !== undefined && takers.has(link.name);
}
