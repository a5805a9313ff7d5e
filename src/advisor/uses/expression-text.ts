import { quoteIdentifier, quoteLiteral } from '../../sql/identifiers';
import { listOf, type Scope, stringOf, typed } from './scope';
import type { MutableTableUse } from './table-use';

/** An expression over the columns of one relation, as it would stand in CREATE INDEX. */
export interface ExpressionText {
  readonly sql: string;
  readonly use: MutableTableUse;
}

/** What it gives depends on more than one row: such calls are never in an index. */
const aggregates = new Set(
  `count sum avg min max array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every
  row_number rank dense_rank unnest generate_series random now clock_timestamp statement_timestamp`.split(/\s+/),
);

/**
 * `lower(u.email)` → `lower(email)`; undefined for what has a parameter, a sub-query, columns of two relations or no
 * column at all, and for syntax that is rarely indexed. Whether it is immutable is the planner's to say.
 */
export function expressionText(node: unknown, scope: Scope): ExpressionText | undefined {
  const printer = new Printer(scope);
  const sql = printer.print(node);
  return sql === undefined || printer.use === undefined ? undefined : { sql, use: printer.use };
}

/** `'draft'`, `42`, `'2024-01-01'::date` → the same; undefined for all that is not written out. */
export function constantText(node: unknown, scope: Scope): string | undefined {
  const printer = new Printer(scope);
  const sql = printer.print(node);
  return printer.use === undefined ? sql : undefined;
}

/** The planner prints `(status)::text` where a varchar is compared as text; to an index that is the column itself. */
export function withoutTextCast(node: unknown, scope: Scope): unknown {
  const cast = typed(node, 'TypeCast');
  if (!cast || !/^(?:text|varchar)$/.test(typeName(cast.typeName) ?? '')) return node;
  const column = scope.resolve(cast.arg);
  const type = column?.use.table.columns.find(({ name }) => name === column.column)?.type;
  return type !== undefined && /^(?:text|character varying)\b(?!.*\[)/.test(type) ? cast.arg : node;
}

/** Deeper and longer than this nobody indexes an expression. */
const deepest = 8;
const longest = 200;

class Printer {
  use: MutableTableUse | undefined;
  #depth = 0;
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  print(given: unknown): string | undefined {
    if (this.#depth >= deepest) return undefined;
    this.#depth++;
    const sql = this.#sql(given);
    this.#depth--;
    return sql !== undefined && sql.length <= longest ? sql : undefined;
  }

  #sql(given: unknown): string | undefined {
    const node = withoutTextCast(given, this.#scope);
    const column = this.#scope.resolve(node);
    if (column) {
      if (this.use !== undefined && this.use !== column.use) return undefined;
      this.use = column.use;
      return quoteIdentifier(column.column);
    }
    const constant = typed(node, 'A_Const');
    if (constant) return constantSql(constant);
    const cast = typed(node, 'TypeCast');
    if (cast) return this.#cast(cast);
    const call = typed(node, 'FuncCall');
    if (call) return this.#call(call);
    const operation = typed(node, 'A_Expr');
    if (operation?.kind === 'AEXPR_OP') return this.#operation(operation);
    const coalesce = typed(node, 'CoalesceExpr');
    return coalesce && this.#list('COALESCE', coalesce.args);
  }

  #cast(cast: Record<string, unknown>): string | undefined {
    const type = typeName(cast.typeName);
    const value = this.print(cast.arg);
    if (type === undefined || value === undefined) return undefined;
    // A literal is text without being told; the planner writes it out.
    return /^(?:text|bpchar)$/.test(type) && value.startsWith("'") ? value : `(${value})::${type}`;
  }

  #call(call: Record<string, unknown>): string | undefined {
    const names = listOf(call.funcname).map(stringOf);
    const own = names.at(-1);
    if (own === undefined || names.some((name) => name === undefined) || aggregates.has(own)) return undefined;
    const isPlain = ['agg_star', 'agg_distinct', 'agg_order', 'agg_filter', 'over', 'func_variadic'].every(
      (key) => call[key] === undefined,
    );
    if (!isPlain) return undefined;
    // `extract(year FROM x)` is pg_catalog.extract('year', x); without the schema that would be a syntax error.
    const isKeyword = call.funcformat === 'COERCE_SQL_SYNTAX';
    const shown = names[0] === 'pg_catalog' && !isKeyword ? names.slice(1) : names;
    return this.#list(shown.map((name) => quoteIdentifier(name as string)).join('.'), call.args);
  }

  #operation({ name, lexpr, rexpr }: Record<string, unknown>): string | undefined {
    const names = listOf(name).map(stringOf);
    const operator = names.at(-1);
    if (operator === undefined || names.length > 1) return undefined;
    const right = this.print(rexpr);
    if (right === undefined) return undefined;
    if (lexpr === undefined) return `(${operator} ${right})`;
    const left = this.print(lexpr);
    return left === undefined ? undefined : `(${left} ${operator} ${right})`;
  }

  #list(head: string, args: unknown): string | undefined {
    const printed = listOf(args).map((arg) => this.print(arg));
    return printed.every((one) => one !== undefined) ? `${head}(${printed.join(', ')})` : undefined;
  }
}

function constantSql(constant: Record<string, unknown>): string | undefined {
  if (constant.isnull === true) return 'NULL';
  const text = typed(constant, 'sval');
  if (text) return quoteLiteral(typeof text.sval === 'string' ? text.sval : '');
  const integer = typed(constant, 'ival');
  if (integer) return String(integer.ival ?? 0);
  const decimal = typed(constant, 'fval');
  if (decimal) return typeof decimal.fval === 'string' ? decimal.fval : undefined;
  const boolean = typed(constant, 'boolval');
  return boolean ? String(boolean.boolval ?? false) : undefined;
}

/** `pg_catalog.int4` → `int4`, `varchar(20)`; undefined for arrays and for interval's fields. */
function typeName(node: unknown): string | undefined {
  if (node === null || typeof node !== 'object') return undefined;
  const type = node as Record<string, unknown>;
  if (listOf(type.arrayBounds).length > 0) return undefined;
  const names = listOf(type.names).map(stringOf);
  if (names.length === 0 || names.some((name) => name === undefined)) return undefined;
  const modifiers = listOf(type.typmods).map((one) => {
    const constant = typed(one, 'A_Const');
    return constant && typed(constant, 'ival') ? constantSql(constant) : undefined;
  });
  if (modifiers.some((one) => one === undefined)) return undefined;
  const shown = names[0] === 'pg_catalog' ? names.slice(1) : names;
  const name = shown.map((one) => quoteIdentifier(one as string)).join('.');
  return modifiers.length > 0 ? `${name}(${modifiers.join(', ')})` : name;
}
