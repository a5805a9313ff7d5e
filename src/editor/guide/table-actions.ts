import type { MaintenanceFix, MaintenanceTask } from '../../nouns/check';
import { qualifiedName } from '../../sql/identifiers';
import type { RowFix } from './row-fix';

/** What the commands of a table's row are about. */
export interface TableArgument {
  readonly schema: string;
  readonly table: string;
  /** Of an index's row. */
  readonly index?: string;
}

export function isTableArgument(argument: unknown): argument is TableArgument {
  const { schema, table } = (argument ?? {}) as Partial<TableArgument>;
  return typeof schema === 'string' && typeof table === 'string';
}

/** As if a person had written it: `VACUUM (ANALYZE) posts` */
export function taskWords(task: MaintenanceTask): string {
  switch (task.kind) {
    case 'vacuum analyze':
      return `VACUUM (ANALYZE) ${qualifiedName(task.schema, task.table)}`;
    case 'analyze':
      return `ANALYZE ${qualifiedName(task.schema, task.table)}`;
    case 'reindex':
      return task.index === undefined
        ? `REINDEX TABLE CONCURRENTLY ${qualifiedName(task.schema, task.table)}`
        : `REINDEX INDEX CONCURRENTLY ${qualifiedName(task.schema, task.index)}`;
    case 'drop index':
      return `DROP INDEX CONCURRENTLY ${qualifiedName(task.schema, task.index)}`;
  }
}

/** Undefined: this cannot be done to it. */
export function maintenanceOf(
  kind: MaintenanceTask['kind'],
  { schema, table, index }: TableArgument,
): RowFix | undefined {
  switch (kind) {
    case 'vacuum analyze':
    case 'analyze':
      return row({ kind, schema, table });
    case 'reindex':
      return row({ kind, schema, table, ...(index !== undefined && { index }) });
    case 'drop index':
      return index === undefined ? undefined : row({ kind, schema, index });
  }
}

function row(task: MaintenanceTask): RowFix {
  const note = 'The table can be read and written meanwhile.';
  const fix: MaintenanceFix = { kind: 'maintenance', title: taskWords(task), task, note };
  return { point: task.kind === 'drop index' ? 'indexes' : 'maintenance', fix };
}
