import type { RelationName, StatementKind } from '../nouns/statement';
import { type AstNode, isNode, walk } from './ast';

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

/** A SELECT, VALUES or TABLE in which nothing writes, locks or creates. */
export function readsOnly(ast: AstNode): boolean {
  if (!isNode(ast.SelectStmt) || Object.keys(ast).length !== 1) return false;
  let reads = true;
  visitNodes(ast, (node) => {
    if ('intoClause' in node || 'lockingClause' in node || 'LockingClause' in node) reads = false;
  });
  walk(ast, (type) => {
    if (/Stmt$/.test(type) && type !== 'SelectStmt') reads = false;
    return reads;
  });
  return reads;
}

/** Names of the functions that are called: `now`, `audit.log`. `EXTRACT(…)` and its like count under their plain name. */
export function calledFunctions(ast: AstNode): string[] {
  const names = new Set<string>();
  const add = (call: AstNode) => {
    const parts = strings(call.funcname);
    if (call.funcformat === 'COERCE_SQL_SYNTAX' && parts[0] === 'pg_catalog') parts.shift();
    if (parts.length > 0) names.add(parts.join('.').toLowerCase());
  };
  walk(ast, (type, node) => {
    if (type === 'FuncCall') add(node);
    if (type === 'CallStmt' && isNode(node.funccall)) add(node.funccall);
    return true;
  });
  return [...names];
}

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer?: Scope;
}

/** The relations that are named, in the order of the tree, each name and alias once. */
export function namedRelations(ast: AstNode): RelationName[] {
  const found = new Map<string, RelationName>();
  const pending: { value: unknown; scope?: Scope }[] = [{ value: ast }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value } = next;
    let { scope } = next;
    if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i--) pending.push({ value: value[i], scope });
      continue;
    }
    if (!isNode(value)) continue;
    if (typeof value.relname === 'string' && ('relpersistence' in value || 'inh' in value))
      addRelation(value, scope, found);
    if (isNode(value.withClause)) scope = openWith(value.withClause, scope, pending);
    const children = Object.entries(value);
    for (let i = children.length - 1; i >= 0; i--) {
      const [key, child] = children[i] ?? ['', undefined];
      if (key === 'withClause' || child === null || typeof child !== 'object') continue;
      // `INSERT INTO r` writes the table r, also below a CTE of that name.
      pending.push({ value: child, scope: key === 'relation' ? undefined : scope });
    }
  }
  return [...found.values()];
}

/** A CTE is visible in the statement and in the CTEs after it; with RECURSIVE, in all of them. */
function openWith(clause: AstNode, outer: Scope | undefined, pending: { value: unknown; scope?: Scope }[]): Scope {
  const names = new Set<string>();
  const scope: Scope = { names, outer };
  let seen: Scope = { names: new Set(), outer };
  for (const item of Array.isArray(clause.ctes) ? clause.ctes : []) {
    const cte = isNode(item) && isNode(item.CommonTableExpr) ? item.CommonTableExpr : undefined;
    if (cte === undefined) continue;
    pending.push({ value: cte.ctequery, scope: clause.recursive === true ? scope : seen });
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

function visitNodes(root: unknown, visit: (node: AstNode) => void): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (Array.isArray(value)) for (const item of value) pending.push(item);
    else if (isNode(value)) {
      visit(value);
      for (const child of Object.values(value)) if (child !== null && typeof child === 'object') pending.push(child);
    }
  }
}

function strings(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => (isNode(item) && isNode(item.String) ? [String(item.String.sval)] : []));
}
