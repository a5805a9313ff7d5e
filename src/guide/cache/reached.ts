import type { CacheUse, FunctionPlace } from '../../code/caches/cache-use';
import type { WorkspaceQuery } from '../facts';

/** Whether what is put into a cache may be made of a query: it stands in the same function, or in one that is called there. */
export function isMadeOf({ path, scope, calls = [] }: CacheUse, query: WorkspaceQuery): boolean {
  return (scope !== undefined && isIn({ path, range: scope }, query)) || calls.some((one) => isIn(one, query));
}

/**
 * Whether a cache is told of a write: in its function, in one that calls it or that it calls, or in one that calls both. Functions
 * are known by their names here: a program is not blamed for what was not followed.
 */
export function isToldOf(clear: CacheUse, query: WorkspaceQuery): boolean {
  const name = query.inFunction?.slice(query.inFunction.lastIndexOf('.') + 1) ?? '';
  const { beside = [], callers = [] } = clear;
  return (
    isMadeOf(clear, query) ||
    beside.includes(name) ||
    callers.some((caller) => isIn(caller, query) || caller.beside?.includes(name))
  );
}

function isIn({ path, range }: FunctionPlace, query: WorkspaceQuery): boolean {
  return path === query.path && query.range.start >= range.start && query.range.end <= range.end;
}
