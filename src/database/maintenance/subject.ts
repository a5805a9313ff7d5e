import type { MaintenanceTask } from '../../nouns/check';
import { Problem } from '../../nouns/problem';
import { qualifiedName } from '../../sql/identifiers';
import type { Gate } from '../gate';
import { only } from '../health/reading';

/** One index that a task rebuilds or drops. */
export interface SubjectIndex {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** Of its table. */
  readonly relation: string;
  readonly isValid: boolean;
  /** It cannot be rebuilt concurrently. */
  readonly isOfExclusion: boolean;
  /** This user may name it: an index of TOAST is in a schema that superusers alone may use. */
  readonly isNamed: boolean;
}

/** What a task is about, as the server knows it. */
export interface Subject {
  /** `posts`, `audit.events`; of an index its own name. */
  readonly label: string;
  /** The table, also of an index. */
  readonly table: string;
  /** Oids of the tables that hold the rows: itself, or its partitions; and their TOAST. */
  readonly relations: readonly string[];
  /** Of a reindex or a drop; of a table, those of its partitions, and of its TOAST where this user may name it. */
  readonly indexes: readonly SubjectIndex[];
  /** Oids of all indexes of these tables when the task began. */
  readonly known: readonly string[];
}

interface Row {
  readonly oid: string;
  /** Of the table, also of an index. */
  readonly relation: string;
  readonly tableSchema: string;
  readonly tableName: string;
  readonly kind: string;
  readonly persistence: string;
  readonly isCatalog: boolean;
  /** Owns the table and all of its partitions. */
  readonly owns: boolean;
  readonly maintains: boolean;
  readonly ownsDatabase: boolean;
  readonly isReplicaIdentity: boolean;
  readonly constraint: string | null;
  /** `foreign key posts_author_fkey of posts` that stands on the index without a constraint of its own. */
  readonly foreignKey: string | null;
  /** It alone keeps its columns unique: `email`. */
  readonly keepsUnique: string | null;
  readonly isBeingBuilt: boolean;
  readonly isPart: boolean;
  readonly user: string;
}

/**
 * Looks the task's table and indexes up, and refuses what cannot or should not be done: VACUUM would pass over a table without
 * privilege with nothing but a warning. Problems: 'missing-object', 'missing-privilege', 'unsupported', 'refused'.
 */
export async function findSubject(gate: Gate, task: MaintenanceTask, signal?: AbortSignal): Promise<Subject> {
  return gate.transaction({ access: 'read only', signal }, async ({ query }) => {
    const { name, isOfIndex } = namedIn(task);
    const label = qualifiedName(task.schema, name);
    const { version } = only(
      await query<{ version: number }>(`SELECT current_setting('server_version_num')::int AS version`),
    );
    const [row] = await query<Row>(subjectSql(version), [task.schema, name]);
    const kinds = isOfIndex ? ['i', 'I'] : ['r', 'p', 'm'];
    if (!row || !kinds.includes(row.kind)) {
      throw new Problem('missing-object', `There is no ${isOfIndex ? 'index' : 'table'} ${label} in ${gate.label}.`);
    }
    refuse(task, row, label, gate.label);
    const relations = (await query<{ oid: string }>(relationsSql, [row.relation])).map(({ oid }) => oid);
    const ofTables = await query<SubjectIndex>(indexesSql, [relations]);
    const parts = isOfIndex ? (await query<{ oid: string }>(partsSql, [row.oid])).map(({ oid }) => oid) : undefined;
    return {
      label,
      table: qualifiedName(row.tableSchema, row.tableName),
      relations,
      indexes: ofTables.filter(({ oid, isNamed }) => (parts ? parts.includes(oid) : isNamed)),
      known: ofTables.map(({ oid }) => oid),
    };
  });
}

function namedIn(task: MaintenanceTask): { readonly name: string; readonly isOfIndex: boolean } {
  if (task.kind === 'drop index') return { name: task.index, isOfIndex: true };
  if (task.kind === 'reindex' && task.index !== undefined) return { name: task.index, isOfIndex: true };
  return { name: task.table, isOfIndex: false };
}

/** Who may do what: https://www.postgresql.org/docs/current/sql-vacuum.html, sql-reindex.html, sql-dropindex.html */
function refuse(task: MaintenanceTask, row: Row, label: string, at: string): void {
  const isOfIndexes = task.kind === 'reindex' || task.kind === 'drop index';
  if (isOfIndexes && row.isCatalog) {
    throw new Problem(
      'refused',
      `${label} is PostgreSQL's own: its indexes cannot be rebuilt or dropped while it is used.`,
    );
  }
  if (row.persistence === 't') throw new Problem('unsupported', `${label} is a temporary table.`);
  const mayDo = task.kind === 'drop index' ? row.owns : row.maintains || (!isOfIndexes && row.ownsDatabase);
  if (!mayDo) {
    const who = task.kind === 'drop index' ? 'its owner' : 'its owner or, since PostgreSQL 17, the privilege MAINTAIN';
    throw new Problem('missing-privilege', `User ${row.user} may not do this to ${label} in ${at}: that takes ${who}.`);
  }
  if (task.kind === 'drop index') refuseDrop(row, label);
}

function refuseDrop(row: Row, label: string): void {
  if (row.isBeingBuilt) throw new Problem('refused', `${label} is being built by another session just now.`);
  if (row.constraint !== null) {
    throw new Problem(
      'refused',
      `The constraint ${row.constraint} stands on ${label}: it goes with the constraint only.`,
    );
  }
  if (row.foreignKey !== null) {
    throw new Problem('refused', `The foreign key ${row.foreignKey} stands on ${label}: it goes with the key only.`);
  }
  if (row.keepsUnique !== null) {
    throw new Problem('refused', `${label} keeps ${row.keepsUnique} unique: without it there may be duplicates.`, {
      hint: 'Drop it by hand if that is what you want.',
    });
  }
  if (row.isReplicaIdentity) {
    throw new Problem('refused', `Logical replication finds the rows of its table by ${label} (REPLICA IDENTITY).`);
  }
  if (row.kind === 'I' || row.isPart) {
    throw new Problem(
      'unsupported',
      `${label} is of a partitioned table's index, which PostgreSQL cannot drop concurrently.`,
    );
  }
}

const subjectSql = (version: number): string => `
  SELECT c.oid::text AS oid, t.oid::text AS relation, (SELECT nspname::text FROM pg_namespace WHERE oid = t.relnamespace) AS "tableSchema",
    t.relname::text AS "tableName", c.relkind::text AS kind, c.relpersistence::text AS persistence,
    n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast') AS "isCatalog", p.owns, p.maintains,
    pg_has_role((SELECT datdba FROM pg_database WHERE datname = current_database()), 'USAGE') AS "ownsDatabase",
    coalesce(i.indisreplident, false) AS "isReplicaIdentity",
    (SELECT conname::text FROM pg_constraint WHERE conindid = c.oid AND contype IN ('p', 'u', 'x') LIMIT 1) AS "constraint",
    (SELECT quote_ident(conname) || ' of ' || conrelid::regclass FROM pg_constraint
     WHERE conindid = c.oid AND contype = 'f' LIMIT 1) AS "foreignKey",
    CASE WHEN i.indisunique AND i.indisvalid AND NOT EXISTS (
      SELECT FROM pg_index o WHERE o.indrelid = i.indrelid AND o.indexrelid <> i.indexrelid AND o.indisunique
        AND o.indisvalid AND o.indimmediate >= i.indimmediate AND o.indnkeyatts = i.indnkeyatts
        AND o.indkey::text = i.indkey::text AND o.indclass::text = i.indclass::text
        AND o.indcollation::text = i.indcollation::text
        AND coalesce(pg_get_expr(o.indexprs, o.indrelid), '') = coalesce(pg_get_expr(i.indexprs, i.indrelid), '')
        AND coalesce(pg_get_expr(o.indpred, o.indrelid), '') = coalesce(pg_get_expr(i.indpred, i.indrelid), '')
        ${version >= 150000 ? 'AND o.indnullsnotdistinct = i.indnullsnotdistinct' : ''})
      THEN (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, false), ', ' ORDER BY n)
        FROM generate_series(1, i.indnkeyatts) n) END AS "keepsUnique",
    EXISTS (SELECT FROM pg_stat_progress_create_index b WHERE b.index_relid = c.oid) AS "isBeingBuilt",
    i.indexrelid IS NOT NULL AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid) AS "isPart",
    current_user::text AS "user"
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  JOIN pg_class t ON t.oid = coalesce(i.indrelid, c.oid)
  CROSS JOIN LATERAL (
    SELECT bool_and(pg_has_role(r.relowner, 'USAGE')) AS owns,
      bool_and(${version >= 170000 ? `has_table_privilege(r.oid, 'MAINTAIN')` : `pg_has_role(r.relowner, 'USAGE')`}) AS maintains
    FROM pg_class r WHERE r.oid = t.oid OR r.oid IN (SELECT relid FROM pg_partition_tree(t.oid))) p
  WHERE n.nspname = $1 AND c.relname = $2`;

const relationsSql = `
  WITH leaf AS (
    SELECT r.oid, r.reltoastrelid FROM pg_class r
    WHERE r.relkind IN ('r', 'm') AND (r.oid = $1::oid OR r.oid IN (SELECT relid FROM pg_partition_tree($1::oid))))
  SELECT oid::text AS oid FROM leaf UNION ALL SELECT reltoastrelid::text FROM leaf WHERE reltoastrelid <> 0`;

/** The smallest first: what it needs of the disk is free again for the next. */
const indexesSql = `
  SELECT x.oid::text AS oid, n.nspname::text AS schema, x.relname::text AS name, i.indrelid::text AS relation,
    i.indisvalid AS "isValid", i.indisexclusion AS "isOfExclusion",
    n.nspname <> 'pg_toast' OR has_schema_privilege(n.oid, 'USAGE') AS "isNamed"
  FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_namespace n ON n.oid = x.relnamespace
  WHERE i.indrelid = ANY ($1::oid[])
  ORDER BY x.relpages, x.relname`;

const partsSql = `SELECT $1::oid::text AS oid UNION SELECT relid::oid::text FROM pg_partition_tree($1::oid)`;
