import { nameOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { CallContext } from '../orm';

/** What a name stands for that its function sets once: after `wanted = Q(status='draft')`, `filter(wanted)`. */
export function setOnce(value: Value, { at, trace }: Pick<CallContext, 'at' | 'trace'>): Value {
  const name = nameOf(value);
  if (name === undefined) return value;
  const bindings = at.file.functions[at.function]?.bindings.filter(({ pattern }) => pattern.name === name) ?? [];
  if (bindings.length !== 1 || bindings[0]?.isElement) return value;
  const origin = trace(value);
  if (origin.kind === 'call' && origin.at.file === at.file) return origin.chain;
  return origin.kind === 'value' && origin.at.file === at.file ? origin.value : value;
}
