import { isNode } from '../../sql/ast';
import { listOf, stringOf, typed } from './scope';

/**
 * How a pattern begins. `'abc%'`, `'abc' || $1`, `$1 || '%'`, `'^abc'`: with letters. `'%x%'`, `'%' || $1`, `$1`,
 * `concat('%', $1)`, `'x.*y'` as a regular expression: with anything.
 */
export function patternStart(pattern: unknown, syntax: 'like' | 'regex'): 'letters' | 'anything' {
  const parts = concatenated(pattern);
  const first = constantOf(parts[0]);
  if (first !== undefined) {
    const isFixed = syntax === 'like' ? /^(?:[^%_\\]|\\.)/.test(first) : /^\^[\w -]/.test(first);
    return isFixed ? 'letters' : 'anything';
  }
  // Who writes `$1 || '%'` means a value to start with.
  const last = constantOf(parts.at(-1));
  return syntax === 'like' && parts.length > 1 && typed(parts[0], 'ParamRef') && last?.startsWith('%')
    ? 'letters'
    : 'anything';
}

/** The parts of `a || b || c` without casts. */
function concatenated(node: unknown): unknown[] {
  const cast = typed(node, 'TypeCast');
  if (cast) return concatenated(cast.arg);
  const joined = typed(node, 'A_Expr');
  const isConcatenation = joined && listOf(joined.name).map(stringOf).at(-1) === '||';
  return isConcatenation ? [...concatenated(joined.lexpr), ...concatenated(joined.rexpr)] : [node];
}

function constantOf(node: unknown): string | undefined {
  const constant = typed(node, 'A_Const');
  const text = constant && isNode(constant.sval) ? (constant.sval.sval ?? '') : undefined;
  return typeof text === 'string' ? text : undefined;
}
