import { type Expr, type Statement, toSql } from 'pgsql-ast-parser';
import { tokens } from './lexer';
import { tidySql } from './tidy-sql';

/** A piece of SQL text: `['count(', expression, ') FILTER (WHERE ', condition, ')']` */
export type SqlPart = string | Expr | Statement;

export interface WrittenStatement<P> {
  /** One line, with `$1`, `$2`, … in the order in which they stand. */
  readonly sql: string;
  /** The parameter of `$1` first. One that is used twice stands twice. */
  readonly parameters: readonly P[];
}

/** Parameters have these numbers until the statement is whole; no statement has so many of its own. */
const FIRST_NUMBER = 1_000_000_000;

/**
 * Prints a statement that was put together as a tree of pgsql-ast-parser. One writer for one statement: what it gives for a
 * parameter or a text means nothing to another one. P is what the caller knows of a parameter.
 */
export class StatementWriter<P> {
  readonly #parameters: P[] = [];

  /** A placeholder. */
  parameter(parameter: P): Expr {
    this.#parameters.push(parameter);
    return verbatim(`$${FIRST_NUMBER + this.#parameters.length - 1}`);
  }

  /**
   * SQL that pgsql-ast-parser has no tree for: `raw('GROUPING SETS (', a, ')')`. It may stand wherever an expression may, and
   * it may be a whole statement. It is put in parentheses where it is an operand.
   */
  raw(...parts: readonly SqlPart[]): Expr {
    return verbatim(parts.map(printed).join(''));
  }

  write(statement: Statement | Expr): WrittenStatement<P> {
    const text = tidySql(printed(statement));
    const parameters: P[] = [];
    let sql = '';
    let at = 0;
    for (const token of tokens(text)) {
      if (token.kind !== 'parameter') continue;
      const index = Number(text.slice(token.start + 1, token.end)) - FIRST_NUMBER;
      if (!(index in this.#parameters)) continue;
      parameters.push(this.#parameters[index] as P);
      sql += `${text.slice(at, token.start)}$${parameters.length}`;
      at = token.end;
    }
    return { sql: sql + text.slice(at), parameters };
  }
}

/** Printing a parameter writes its name as it is, and so any text. */
function verbatim(text: string): Expr {
  return { type: 'parameter', name: text };
}

function printed(part: SqlPart): string {
  if (typeof part === 'string') return part;
  if (part.type === 'parameter') return part.name;
  return isStatement(part) ? toSql.statement(part) : toSql.expr(part as Expr);
}

function isStatement(part: Expr | Statement): part is Statement {
  return /^(?:select|union|union all|values|with|with recursive|insert|update|delete|truncate table)$/.test(part.type);
}
