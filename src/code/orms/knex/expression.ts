import type { TextRange } from '../../../nouns/text-range';
import type { GeneratedParameter } from '../orm';
import type { SqlText } from '../support/sql-text';
import type { Callable, Located } from './scope';

/** What an argument of a builder's method is to the builder. */
export type Expression =
  | LiteralExpression
  | RuntimeExpression
  | ArrayExpression
  | ObjectExpression
  | { readonly kind: 'callable'; readonly callable: Callable; readonly range: TextRange }
  /** `knex.raw('now()')`, `knex.ref('posts.id')` */
  | { readonly kind: 'sql'; readonly sql: SqlText; readonly range: TextRange }
  /** A builder: a sub-query. */
  | { readonly kind: 'query'; readonly query: SubQuery; readonly range: TextRange };

export interface LiteralExpression {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null | undefined;
  readonly source: string;
  readonly range: TextRange;
}

export interface RuntimeExpression {
  readonly kind: 'runtime';
  readonly source: string;
  readonly range: TextRange;
  readonly isArray: boolean;
}

export interface ArrayExpression {
  readonly kind: 'array';
  readonly elements: readonly Located[];
  readonly isOpen: boolean;
  readonly source: string;
  readonly range: TextRange;
}

export interface ObjectExpression {
  readonly kind: 'object';
  readonly entries: readonly ObjectEntry[];
  /** More may be there at run time. */
  readonly isOpen: boolean;
  readonly source: string;
  readonly range: TextRange;
}

export interface ObjectEntry {
  readonly key: string;
  readonly value: Located;
  /** Of the key, in the document. */
  readonly range?: TextRange;
}

export interface SubQuery {
  /** The name that `.as('recent')` gave it. */
  readonly alias: string | undefined;
  /** Without parentheses and alias. */
  sql(): SqlText;
}

/** A placeholder for what is bound there. */
export function parameterOf(
  expression: LiteralExpression | RuntimeExpression | ArrayExpression | ObjectExpression,
): GeneratedParameter {
  const { source, range } = expression;
  if (expression.kind === 'literal' && expression.value !== undefined) {
    return { source, range, constant: expression.value };
  }
  return expression.kind === 'array' ? { source, range, isArray: true } : { source, range };
}
