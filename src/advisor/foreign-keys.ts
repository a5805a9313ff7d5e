import type { Snapshot, SnapshotTable } from '../database/snapshot';
import type { ForeignKeyCheck } from '../nouns/fix';
import type { Statement } from '../nouns/statement';
import { type AstNode, isNode, walk } from '../sql/ast';
import { quoteIdentifier } from '../sql/identifiers';
import type { SqlParser } from '../sql/parser';
import { listOf, stringOf, typed } from './uses/scope';

/** The query behind a statement that PostgreSQL runs for each row, and the table that it reads. */
export interface ForeignKeyQuery extends ForeignKeyCheck {
  readonly table: SnapshotTable;
}

interface ForeignKey {
  readonly constraint: string;
  readonly table: SnapshotTable;
  readonly columns: readonly string[];
  readonly referenced: SnapshotTable;
  /** Empty: the primary key. */
  readonly referencedColumns: readonly string[];
  /** FKCONSTR_ACTION_*: a no action, r restrict, c cascade, n set null, d set default. */
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** Deleting one row may delete rows that others reference; deeper than this nobody follows. */
const deepestCascade = 3;

/**
 * The queries that DELETE (or UPDATE of a referenced key) runs for each row, which its plan and cost do not contain, as
 * ri_triggers.c writes them: RI_FKey_noaction_del, RI_FKey_cascade_del, RI_FKey_setnull_del.
 */
export function foreignKeyQueries(statement: Statement, snapshot: Snapshot, parser: SqlParser): ForeignKeyQuery[] {
  const changes = changedTables(statement, snapshot);
  if (changes.length === 0) return [];
  const found = new Map<string, ForeignKeyQuery>();
  let pending = changes;
  for (let depth = 0; depth < deepestCascade && pending.length > 0; depth++) {
    const next: Change[] = [];
    for (const { table, event, columns } of pending) {
      for (const key of foreignKeysTo(table, snapshot, parser)) {
        if (event === 'update' && !isKeyChanged(key, columns)) continue;
        const name = JSON.stringify([key.table.schema, key.table.name, key.constraint, event]);
        if (found.has(name)) continue;
        found.set(name, queryOf(key, event));
        if (event === 'delete' && key.onDelete === 'c') next.push({ table: key.table, event: 'delete', columns: [] });
      }
    }
    pending = next;
  }
  return [...found.values()];
}

interface Change {
  readonly table: SnapshotTable;
  readonly event: 'delete' | 'update';
  /** Those that are SET. */
  readonly columns: readonly string[];
}

/** Also in a WITH: `WITH gone AS (DELETE FROM posts …) …`. */
function changedTables({ ast, kind }: Statement, snapshot: Snapshot): Change[] {
  const changes: Change[] = [];
  const add = (relation: unknown, event: Change['event'], targets: unknown): void => {
    const table = isNode(relation) ? findTable(relation, snapshot) : undefined;
    const columns = listOf(targets).map((target) => String(typed(target, 'ResTarget')?.name));
    if (table) changes.push({ table, event, columns });
  };
  if (kind !== 'delete' && kind !== 'update' && kind !== 'merge' && kind !== 'select' && kind !== 'insert') return [];
  walk(ast, (type, node) => {
    if (type === 'DeleteStmt') add(node.relation, 'delete', undefined);
    if (type === 'UpdateStmt') add(node.relation, 'update', node.targetList);
    if (type === 'MergeStmt') {
      for (const item of listOf(node.mergeWhenClauses)) {
        const clause = typed(item, 'MergeWhenClause');
        if (clause?.commandType === 'CMD_DELETE') add(node.relation, 'delete', undefined);
        if (clause?.commandType === 'CMD_UPDATE') add(node.relation, 'update', clause.targetList);
      }
    }
    return true;
  });
  return changes;
}

function isKeyChanged({ referenced, referencedColumns }: ForeignKey, columns: readonly string[]): boolean {
  const primary = referenced.indexes.find((index) => index.isPrimary)?.columns.flatMap(({ name }) => name ?? []) ?? [];
  const key = referencedColumns.length > 0 ? referencedColumns : primary;
  return key.some((column) => columns.includes(column));
}

function queryOf(key: ForeignKey, event: ForeignKeyCheck['event']): ForeignKeyQuery {
  const { table, columns, referenced, constraint } = key;
  const only = table.kind === 'partitioned table' ? '' : 'ONLY ';
  const name = `${only}${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
  const where = columns.map((column, i) => `$${i + 1} = ${quoteIdentifier(column)}`).join(' AND ');
  const action = event === 'delete' ? key.onDelete : key.onUpdate;
  const set = columns.map((column) => `${quoteIdentifier(column)} = NULL`).join(', ');
  const sql =
    action === 'c' && event === 'delete'
      ? `DELETE FROM ${name} WHERE ${where}`
      : action === 'c' || action === 'n' || action === 'd'
        ? `UPDATE ${name} SET ${set} WHERE ${where}`
        : `SELECT 1 FROM ${name} x WHERE ${where} FOR KEY SHARE OF x`;
  return {
    constraint,
    table,
    columns,
    referenced: { schema: referenced.schema, table: referenced.name },
    event,
    sql,
  };
}

/** Foreign keys that point at a table, or at the partitioned table that it is part of. */
function foreignKeysTo(referenced: SnapshotTable, snapshot: Snapshot, parser: SqlParser): ForeignKey[] {
  return snapshot.tables.flatMap((table) =>
    table.foreignKeys.flatMap((text): ForeignKey[] => {
      if (!text.includes(referenced.name)) return [];
      const key = readForeignKey(text, table, snapshot, parser);
      return key && key.referenced === referenced ? [key] : [];
    }),
  );
}

/** `ALTER TABLE public.comments ADD CONSTRAINT … FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE` */
function readForeignKey(
  text: string,
  table: SnapshotTable,
  snapshot: Snapshot,
  parser: SqlParser,
): ForeignKey | undefined {
  const parsed = parser.parse(text);
  const [command] = parsed.ok ? listOf(typed(parsed.statement.ast, 'AlterTableStmt')?.cmds) : [];
  const constraint = typed(typed(command, 'AlterTableCmd')?.def, 'Constraint');
  const referenced = isNode(constraint?.pktable) ? findTable(constraint.pktable, snapshot) : undefined;
  if (!constraint || !referenced) return undefined;
  const names = (list: unknown): string[] => listOf(list).flatMap((one) => stringOf(one) ?? []);
  return {
    constraint: String(constraint.conname),
    table,
    columns: names(constraint.fk_attrs),
    referenced,
    referencedColumns: names(constraint.pk_attrs),
    onDelete: String(constraint.fk_del_action ?? 'a'),
    onUpdate: String(constraint.fk_upd_action ?? 'a'),
  };
}

function findTable({ schemaname, relname }: AstNode, snapshot: Snapshot): SnapshotTable | undefined {
  const schemas = typeof schemaname === 'string' ? [schemaname] : snapshot.searchPath;
  for (const schema of schemas) {
    const table = snapshot.tables.find((one) => one.schema === schema && one.name === relname);
    if (table) return table;
  }
  return undefined;
}
