import type { Parameter, Wildcards } from '../../nouns/query-site';
import { type AstNode, isNode } from '../../sql/ast';
import { typed } from './scope';

const percent = { A_Const: { sval: { sval: '%' } } };

/**
 * The statement as if it said what the program does: where that puts `%` behind a value for certain, `LIKE $1` becomes
 * `LIKE $1 || '%'`. For reading only: the planner gets the statement as it is.
 */
export function withWrittenPatterns(
  ast: AstNode,
  parameters: readonly Pick<Parameter, 'index' | 'wildcards'>[],
): AstNode {
  const known = new Map(parameters.flatMap(({ index, wildcards }) => (wildcards ? [[index, wildcards] as const] : [])));
  return known.size === 0 ? ast : (replaced(ast, known) as AstNode);
}

function replaced(node: unknown, known: ReadonlyMap<number, Wildcards>): unknown {
  if (Array.isArray(node)) return node.map((one) => replaced(one, known));
  if (!isNode(node)) return node;
  const number = typed(node, 'ParamRef')?.number;
  const wildcards = typeof number === 'number' ? known.get(number) : undefined;
  if (wildcards === 'after') return joined(node, percent);
  if (wildcards !== undefined) return joined(percent, node);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, replaced(value, known)]));
}

function joined(left: unknown, right: unknown): AstNode {
  return { A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: '||' } }], lexpr: left, rexpr: right } };
}
