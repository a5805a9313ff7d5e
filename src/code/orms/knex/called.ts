import { sourceOf } from '../../facts/value-access';
import type { ChainValue, FunctionValue, Value } from '../../facts/values';
import { callableAt } from './callables';
import type { Reader } from './reader';
import { type Callable, isTarget, type Located, type Scope, scopeOfCall, type Target } from './scope';

/** Lets a function of the program act on what it is handed: `.where((query) => query.orWhere('id', 1))`. */
export function runCallable(
  reader: Reader,
  callable: Callable,
  given: readonly (Located | Target)[],
  self: Target | undefined,
): void {
  const scope = scopeOfCall(callable, given, self);
  const arms = new Map<number, number>();
  for (const { value, branch } of callable.steps) {
    if (value.kind !== 'chain') continue;
    const target = typeof value.root === 'string' ? scope.names.get(value.root) : undefined;
    if (!isTarget(target)) {
      callInside(reader, value, scope);
      continue;
    }
    if (branch) {
      if (!arms.has(branch.id)) arms.set(branch.id, branch.arm);
      reader.note(`What ${callable.name || 'a callback'} adds depends on conditions: the most is shown.`);
      if (arms.get(branch.id) !== branch.arm) continue;
    }
    if (value.open) reader.note('What is added in a loop or at run time is not included.');
    for (const link of value.links) if (!target.apply(link, scope)) break;
  }
}

/** `applyFilters(query, filters)` inside a callback. */
function callInside(reader: Reader, chain: ChainValue, scope: Scope): void {
  const at = chain.links.findIndex((link) => link.arguments);
  const given = chain.links[at]?.arguments?.map((value) => argument(value, scope));
  if (!given?.some(isTarget)) {
    const isEach = chain.links[at]?.arguments?.some((value) => value.kind === 'function' && acts(value, scope));
    if (isEach) reader.note('What is added in a loop or at run time is not included.');
    return;
  }
  const callable = callableAt(reader.tracer.traceLinks(withoutCall(chain, at), at + 1, scope.at));
  if (callable) reader.call(callable, given);
  else reader.note(`What ${sourceOf(chain)} adds is not included.`);
}

/** `filters.forEach((filter) => query.where(filter))` */
function acts({ body }: FunctionValue, scope: Scope): boolean {
  return body.some(
    ({ value }) => value.kind === 'chain' && typeof value.root === 'string' && isTarget(scope.names.get(value.root)),
  );
}

function argument(value: Value, scope: Scope): Located | Target {
  const isName = value.kind === 'chain' && value.links.length === 0 && typeof value.root === 'string';
  const bound = isName ? scope.names.get(value.root as string) : undefined;
  return bound ?? { value, scope };
}

/** `this.knex('posts')` → `this.knex`, so that what is called can be followed. */
export function withoutCall(chain: ChainValue, link: number): ChainValue {
  const { name = '', range = chain.range } = chain.links[link] ?? {};
  const before = chain.links.slice(0, link);
  return { ...chain, links: name === '' ? before : [...before, { name, range }] };
}
