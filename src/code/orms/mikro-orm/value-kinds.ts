import type { Value } from '../../facts/values';
import type { CallContext } from '../orm';

export function isList(value: Value, context: CallContext): boolean {
  if (value.kind === 'array' || (value.kind === 'runtime' && value.type === 'array')) return true;
  if (value.kind !== 'chain') return false;
  const origin = context.trace(value);
  if (origin.kind === 'value') return origin.value.kind === 'array';
  if (origin.kind === 'instance') return origin.of.kind === 'global' && origin.of.name === 'Array';
  const type =
    origin.kind === 'parameter' && origin.path.length === 0
      ? origin.function.parameters[origin.index]?.type
      : undefined;
  if (type !== undefined) return /\[\]$|Array</.test(type);
  return /^(?:map|filter|flatMap|slice|getIdentifiers)$/.test(value.links.at(-1)?.name ?? '');
}

/** A key rather than an object of conditions: by its type, or because its name says so. */
export function isScalar(value: Value, context: CallContext): boolean {
  if (value.kind === 'template') return true;
  if (value.kind === 'runtime') return value.type !== 'object';
  if (value.kind !== 'chain') return false;
  const origin = context.trace(value);
  const type =
    origin.kind === 'parameter' && origin.path.length === 0
      ? origin.function.parameters[origin.index]?.type
      : undefined;
  if (type !== undefined)
    return /^(?:number|string|bigint|IPrimaryKey\b.*|Primary<.*|.*(?:Id|ID|Uuid|UUID))$/.test(type.trim());
  const name = value.links.at(-1)?.name ?? (typeof value.root === 'string' ? value.root : '');
  return /(?:^|[a-z_])(?:id|uuid|key|pk)$/i.test(name);
}

/** `new RegExp(text)`, `/^a/` */
export function isRegExp(value: Value): boolean {
  return (
    (value.kind === 'runtime' && value.type === 'regexp') ||
    (value.kind === 'chain' && value.isNew === true && value.root === 'RegExp')
  );
}
