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

/** As if a person had written it: `VACUUM (ANALYZE) posts`. */
export function maintenanceOf(
  kind: MaintenanceTask['kind'],
  { schema, table, index }: TableArgument,
): RowFix | undefined {
  switch (kind) {
    case 'vacuum analyze':
      return row(`VACUUM (ANALYZE) ${qualifiedName(schema, table)}`, { kind, schema, table });
    case 'analyze':
      return row(`ANALYZE ${qualifiedName(schema, table)}`, { kind, schema, table });
    case 'reindex': {
      const what =
        index === undefined
          ? `TABLE CONCURRENTLY ${qualifiedName(schema, table)}`
          : `INDEX CONCURRENTLY ${qualifiedName(schema, index)}`;
      return row(`REINDEX ${what}`, { kind, schema, table, ...(index !== undefined && { index }) });
    }
    case 'drop index':
      return index === undefined
        ? undefined
        : row(
            `DROP INDEX CONCURRENTLY ${qualifiedName(schema, index)}`,
            { kind, schema, index },
            'It can be created again by its definition, which the index’s row shows.',
          );
  }
}

function row(title: string, task: MaintenanceTask, note = 'The table can be read and written meanwhile.'): RowFix {
  const fix: MaintenanceFix = { kind: 'maintenance', title, task, note };
  return { point: task.kind === 'drop index' ? 'indexes' : 'maintenance', fix };
}
