import type { Binding } from '../facts/facts';

/** Of a name's bindings in one function those that count where it stands: in its scope, and not set in a block beside it when one is set around it. */
export function bindingsAt<T extends { readonly binding: Binding }>(bindings: readonly T[], offset: number): T[] {
  const holds = (range: Binding['scope']) => range === undefined || (range.start <= offset && offset < range.end);
  const known = bindings.filter(({ binding }) => holds(binding.scope));
  const isSetAround = known.some(({ binding }) => binding.block !== undefined && holds(binding.block));
  return isSetAround ? known.filter(({ binding }) => holds(binding.block)) : known;
}
