import type { Statement } from '../nouns/statement';

/**
 * Statements with the same meaning to a planner have the same normal form: constants and parameters are alike, also in number
 * (`IN ($1, 2)`, several rows of VALUES); aliases of tables and of result columns, the order of result columns, of
 * inserted and of set columns, the schema public, and the table's name before a column of the only table, do not count.
 */
export function normalForm({ ast }: Pick<Statement, 'ast'>): string {
  return JSON.stringify(normal(ast, '', new Aliases(), undefined));
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined };
type Tree = { [key: string]: Json | undefined };

/** Aliases in the order of their appearance, whatever they are called: t1, t2, … */
class Aliases {
  readonly #numbers = new Map<string, string>();
  /** The only table of the innermost query, whose name may be left out before its columns. */
  only: string | undefined;

  declare(name: string): string {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = `t${this.#numbers.size + 1}`;
    this.#numbers.set(name, number);
    return number;
  }

  of(name: string): string | undefined {
    return this.#numbers.get(name);
  }
}

const positions =
  /^(?:location|stmt_location|stmt_len|rexpr_list_start|rexpr_list_end|list_start|list_end|name_location)$/;

function normal(value: unknown, key: string, aliases: Aliases, parent: string | undefined): Json | undefined {
  if (Array.isArray(value)) return list(value, key, aliases, parent);
  if (typeof value !== 'object' || value === null) return value as Json;
  const node = value as Tree;
  const [type] = Object.keys(node);
  if (node.ParamRef || node.A_Const) return '?';
  if (node.TypeCast && isConstant((node.TypeCast as Tree).arg)) return '?';
  if (node.SelectStmt ?? node.UpdateStmt ?? node.DeleteStmt) {
    const inner = (node.SelectStmt ?? node.UpdateStmt ?? node.DeleteStmt) as Tree;
    const outer = aliases.only;
    aliases.only = declareTables(inner, aliases);
    const result = { [type ?? '']: fields(inner, aliases, type) };
    aliases.only = outer;
    return result;
  }
  if (node.RangeVar ?? node.relname) {
    const { relname, schemaname, alias } = (node.RangeVar ?? node) as Tree;
    const name = String((alias as Tree | undefined)?.aliasname ?? relname);
    return { table: `${schemaname ?? 'public'}.${relname}`, as: aliases.declare(name) };
  }
  if (node.ColumnRef) {
    const names = ((node.ColumnRef as Tree).fields as Tree[]).map((each) => nameOf(each));
    const [first = '', ...rest] = names.length === 3 && names[0] === 'public' ? names.slice(1) : names;
    if (rest.length === 0) return { column: first };
    if (first === aliases.only) return { column: rest.join('.') };
    return { column: [aliases.of(first) ?? first, ...rest].join('.') };
  }
  if (node.ResTarget) {
    const target = node.ResTarget as Tree;
    const isColumn = /^(?:UpdateStmt|InsertStmt|onConflictClause)$/.test(parent ?? '') && key !== 'returningList';
    return { ...(isColumn ? { name: target.name } : {}), value: normal(target.val, 'val', aliases, 'ResTarget') };
  }
  if (node.BoolExpr) {
    const { boolop, args } = node.BoolExpr as Tree;
    const all = (args as Json[]).map((each) => normal(each, 'args', aliases, 'BoolExpr'));
    const flat = all.flatMap((each): Json[] => {
      const inner = (each as Tree | undefined)?.bool as Tree | undefined;
      return inner !== undefined && inner.op === boolop && boolop !== 'NOT_EXPR'
        ? (inner.args as Json[])
        : [each ?? null];
    });
    return { bool: { op: boolop, args: flat } };
  }
  return fields(node, aliases, parent);
}

function fields(node: Tree, aliases: Aliases, parent: string | undefined): Tree {
  const result: Tree = {};
  for (const [key, value] of Object.entries(node)) {
    if (positions.test(key) || (key === 'alias' && parent !== 'ResTarget')) {
      const name = ((value as Tree | undefined)?.aliasname as string | undefined) ?? '';
      if (key === 'alias') result.as = aliases.declare(name);
      continue;
    }
    const inside = key === 'onConflictClause' ? 'onConflictClause' : /Stmt$/.test(key) ? key : parent;
    result[key] = normal(value, key, aliases, inside);
  }
  return result;
}

function list(all: readonly unknown[], key: string, aliases: Aliases, parent: string | undefined): Json[] {
  // A type's name.
  const isQualified = key === 'names' && all.length > 1 && nameOf(all[0] as Tree) === 'public';
  const values = isQualified ? all.slice(1) : all;
  const normals = values.map((each) => normal(each, key, aliases, parent) ?? null);
  const texts = normals.map((each) => JSON.stringify(each));
  if (/^(?:targetList|returningList|cols)$/.test(key)) return [...texts].sort().map((text) => JSON.parse(text) as Json);
  if (key === 'valuesLists') {
    const kinds = new Set(values.flatMap((row) => rowKinds(row, aliases)));
    return [...kinds].sort();
  }
  // `IN (1, 2)` is as long as the program's list.
  return key === 'items' || key === 'elements'
    ? normals.filter((each, i) => each !== '?' || normals.indexOf('?') === i)
    : normals;
}

function rowKinds(row: unknown, aliases: Aliases): string[] {
  const items = ((row as Tree).List as Tree | undefined)?.items as Json[] | undefined;
  return (items ?? []).map((each) => JSON.stringify(normal(each, 'item', aliases, 'InsertStmt')));
}

/** Gives the name of the only table, when there is one. */
function declareTables(statement: Tree, aliases: Aliases): string | undefined {
  const names: string[] = [];
  const visit = (node: Json | undefined): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    if (node.RangeVar || ('relname' in node && !('RangeVar' in node))) {
      const { relname, alias } = (node.RangeVar ?? node) as Tree;
      names.push(String((alias as Tree | undefined)?.aliasname ?? relname));
    } else if (node.JoinExpr) {
      visit((node.JoinExpr as Tree).larg);
      visit((node.JoinExpr as Tree).rarg);
    } else if (node.RangeSubselect ?? node.RangeFunction) {
      const { alias } = (node.RangeSubselect ?? node.RangeFunction) as Tree;
      names.push(String((alias as Tree | undefined)?.aliasname ?? ''));
    }
  };
  visit(statement.relation);
  visit(statement.fromClause);
  visit(statement.usingClause);
  for (const name of names) aliases.declare(name);
  return names.length === 1 ? names[0] : undefined;
}

function nameOf(field: Tree): string {
  return field.A_Star ? '*' : String((field.String as Tree | undefined)?.sval ?? '');
}

function isConstant(value: Json | undefined): boolean {
  const node = value as Tree | undefined;
  return node?.ParamRef !== undefined || node?.A_Const !== undefined;
}
