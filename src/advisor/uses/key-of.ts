import { expressionText, withoutTextCast } from './expression-text';
import { listOf, type Scope, stringOf, typed } from './scope';
import type { ColumnOf } from './table-use';

/** Only what an application would index: a bare constant or a comparison is none. */
const indexable = ['FuncCall', 'TypeCast', 'A_Expr', 'CoalesceExpr'];

/** `p.author_id` → author_id; `lower(u.email)` → the expression `lower(email)`, noted in its use. */
export function keyOf(node: unknown, scope: Scope): ColumnOf | undefined {
  const column = scope.resolve(withoutTextCast(node, scope));
  if (column) return column;
  if (!indexable.some((type) => typed(node, type)) || isComparison(node)) return undefined;
  const found = expressionText(node, scope);
  if (!found) return undefined;
  found.use.expressions.add(found.sql);
  return { use: found.use, column: found.sql };
}

/** `a = b` is a condition, `place <-> $1` a distance: what is worth an index is what a row has of itself. */
function isComparison(node: unknown): boolean {
  const operator = listOf(typed(node, 'A_Expr')?.name).map(stringOf).at(-1);
  return operator !== undefined && !/^(?:->>?|#>>?|\|\||[-+*/])$/.test(operator);
}
