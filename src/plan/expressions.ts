import type * as Library from 'pgsql-ast-parser';
import type { Expr } from 'pgsql-ast-parser';

export interface ConditionColumn {
  /** The alias before the dot, where the planner printed one. */
  readonly alias?: string;
  readonly name: string;
}

/**
 * Reads the conditions that a plan prints (`Filter`, `Index Cond`, …). Loading it costs about 30 ms, so it is loaded
 * when the first plan is judged.
 */
export class ExpressionReader {
  readonly #parse: (text: string) => Expr;
  readonly #visit: (expression: Expr, onRef: (alias: string | undefined, name: string) => void) => void;

  private constructor(library: typeof Library) {
    this.#parse = (text) => library.parse(text, 'expr') as Expr;
    this.#visit = (expression, onRef) => {
      library.astVisitor(() => ({ ref: (ref) => onRef(ref.table?.name, ref.name) })).expr(expression);
    };
  }

  static async load(): Promise<ExpressionReader> {
    return new ExpressionReader(await import('pgsql-ast-parser'));
  }

  /**
   * `((status)::text = 'draft'::text) AND (p.views > (InitPlan 1).col1)` → status, p.views; each column once.
   * Undefined where the parser does not know the planner's text.
   */
  columns(condition: string): readonly ConditionColumn[] | undefined {
    const found = new Map<string, ConditionColumn>();
    try {
      this.#visit(this.#parse(withoutPlannerText(condition)), (alias, name) => {
        if (name !== '*') found.set(`${alias ?? ''}.${name}`, { alias, name });
      });
    } catch {
      // The parser knows about two thirds of what planners print; the caller does without the columns.
      return undefined;
    }
    return [...found.values()];
  }
}

/** Values computed elsewhere in the plan say nothing about this node's columns: they become NULL. */
export function withoutPlannerText(condition: string): string {
  return condition
    .replace(/\(?(?:hashed )?(?:SubPlan|InitPlan) \d+\)?(?:\.col\d+)?/g, 'NULL')
    .replace(/"\*(?:VALUES|SELECT)\*[^"]*"/g, '"values"');
}
