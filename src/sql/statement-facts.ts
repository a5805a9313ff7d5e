import type { RelationName, StatementKind } from '../nouns/statement';
import { type AstNode, isNode } from './ast';

const kinds: Readonly<Record<string, StatementKind>> = {
  SelectStmt: 'select',
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
  TransactionStmt: 'transaction',
};

const ddl =
  /^(Create|Alter|Drop|Define|Rename|Grant|Comment|SecLabel|Refresh|Reindex|Truncate|Rule|Index|View|Import|Composite|Reassign)/;

export function statementKind(ast: AstNode): StatementKind {
  const type = Object.keys(ast)[0] ?? '';
  return kinds[type] ?? (ddl.test(type) ? 'ddl' : 'other');
}

export interface StatementFacts {
  /** A SELECT, VALUES or TABLE in which nothing writes, locks or creates. */
  readonly readsOnly: boolean;
  /** The functions that are called: `now`, `audit.log`. `EXTRACT(…)` and its like count under their plain name. */
  readonly functions: readonly string[];
  /** The relations that are named, in the order of the tree, each name and alias once. */
  readonly relations: readonly RelationName[];
}

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer?: Scope;
}

/** One pass over the tree: this runs for every statement of every file that is opened. */
export function statementFacts(ast: AstNode): StatementFacts {
  let readsOnly = 'SelectStmt' in ast;
  const functions = new Set<string>();
  const relations = new Map<string, RelationName>();
  const pending: Pending[] = [{ value: ast, scope: undefined }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value } = next;
    let { scope } = next;
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) pending.push({ value: value[i], scope });
      continue;
    }
    const node = value as AstNode;
    if (node.relname !== undefined && ('relpersistence' in node || 'inh' in node)) addRelation(node, scope, relations);
    if (node.withClause !== undefined && isNode(node.withClause)) scope = openWith(node.withClause, scope, pending);
    const first = pending.length;
    for (const key in node) {
      const child = node[key];
      if (child === null || typeof child !== 'object' || key === 'withClause') continue;
      if (key === 'FuncCall' || key === 'funccall') addFunction(child as AstNode, functions);
      else if (changesThings(key)) readsOnly = false;
      // `INSERT INTO r` writes the table r, also below a CTE of that name.
      pending.push({ value: child, scope: key === 'relation' ? undefined : scope });
    }
    // The stack gives the last first.
    for (let i = first, j = pending.length - 1; i < j; i++, j--) {
      const swapped = pending[i] as Pending;
      pending[i] = pending[j] as Pending;
      pending[j] = swapped;
    }
  }
  return { readsOnly, functions: [...functions], relations: [...relations.values()] };
}

interface Pending {
  /** An object or an array. */
  readonly value: unknown;
  readonly scope: Scope | undefined;
}

function changesThings(key: string): boolean {
  if (key === 'intoClause' || key === 'lockingClause' || key === 'LockingClause') return true;
  return key.endsWith('Stmt') && key !== 'SelectStmt';
}

function addFunction(call: AstNode, names: Set<string>): void {
  const parts = strings(call.funcname);
  if (call.funcformat === 'COERCE_SQL_SYNTAX' && parts[0] === 'pg_catalog') parts.shift();
  if (parts.length > 0) names.add(parts.join('.').toLowerCase());
}

/** A CTE is visible in the statement and in the CTEs after it; with RECURSIVE, in all of them. */
function openWith(clause: AstNode, outer: Scope | undefined, pending: Pending[]): Scope {
  const names = new Set<string>();
  const scope: Scope = { names, outer };
  let seen: Scope = { names: new Set(), outer };
  for (const item of Array.isArray(clause.ctes) ? clause.ctes : []) {
    const cte = isNode(item) && isNode(item.CommonTableExpr) ? item.CommonTableExpr : undefined;
    if (cte === undefined) continue;
    if (isNode(cte.ctequery)) pending.push({ value: cte.ctequery, scope: clause.recursive === true ? scope : seen });
    const name = String(cte.ctename);
    names.add(name);
    seen = { names: new Set([...seen.names, name]), outer };
  }
  return scope;
}

function addRelation(range: AstNode, scope: Scope | undefined, found: Map<string, RelationName>): void {
  const name = String(range.relname);
  const schema = typeof range.schemaname === 'string' ? range.schemaname : undefined;
  if (schema === undefined) for (let s = scope; s !== undefined; s = s.outer) if (s.names.has(name)) return;
  const alias = isNode(range.alias) && typeof range.alias.aliasname === 'string' ? range.alias.aliasname : undefined;
  const key = JSON.stringify([schema, name, alias]);
  if (!found.has(key)) {
    found.set(key, { ...(schema === undefined ? {} : { schema }), name, ...(alias === undefined ? {} : { alias }) });
  }
}

function strings(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => (isNode(item) && isNode(item.String) ? [String(item.String.sval)] : []));
}
