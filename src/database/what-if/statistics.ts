import { quoteLiteral } from '../../sql/identifiers';
import type { ColumnStatistics, Snapshot, SnapshotTable } from '../snapshot';
import { inBatches } from './batch';
import { checkedStatistics } from './checked-statistics';
import type { MemoryPostgres } from './pglite';
import { columnCollation, displayName } from './tables';

/** One row of pg_statistic to be. */
interface Attribute {
  readonly table: SnapshotTable;
  /** The table, or one of its indexes. */
  readonly relation: string;
  readonly column: string;
  readonly isInherited: boolean;
  readonly statistics: ColumnStatistics;
  /** Text that the server ordered by rules that are near to ours, but not the same. */
  readonly isSorted: boolean;
}

/** The columns' statistics; what contradicts itself is told in `leftOut`, and the rest of the column's is used. */
export async function restoreStatistics(
  db: MemoryPostgres,
  snapshot: Snapshot,
  tables: readonly SnapshotTable[],
  leftOut: string[],
): Promise<void> {
  const isByteOrder = columnCollation(snapshot.collation) !== undefined;
  const attributes: Attribute[] = [];
  const add = (attribute: Omit<Attribute, 'statistics'>, given: ColumnStatistics | undefined): void => {
    if (given === undefined) return;
    const { statistics, refused } = checkedStatistics(given);
    for (const why of refused) leftOut.push(refusal(attribute, why));
    attributes.push({ ...attribute, statistics });
  };
  for (const table of tables) {
    for (const { name, type, collation, statistics, inheritedStatistics } of table.columns) {
      const isSorted = !isByteOrder && collation === undefined && textType.test(type);
      const column = { table, relation: table.name, column: name, isSorted };
      add({ ...column, isInherited: table.kind === 'partitioned table' }, statistics);
      add({ ...column, isInherited: true }, inheritedStatistics);
    }
    for (const index of table.indexes) {
      for (const [column, statistics] of Object.entries(index.statistics ?? {})) {
        add({ table, relation: index.name, column, isInherited: false, isSorted: false }, statistics);
      }
    }
  }
  const failed: Attribute[] = [];
  await inBatches(
    attributes,
    async (batch) => {
      failed.push(...(await restore(db, batch)));
    },
    (attribute, why) => leftOut.push(refusal(attribute, why)),
  );
  for (const attribute of failed) {
    const { table, relation, column, statistics, isInherited } = attribute;
    const warnings = await db.warningsOf(attributeStatistics(table, relation, column, statistics, isInherited));
    for (const why of new Set(warnings)) leftOut.push(refusal(attribute, why));
  }
}

const textType = /^(?:text|character varying|character|citext|name)\b/;

const refusal = ({ table, relation, column }: Omit<Attribute, 'statistics'>, why: string): string =>
  `Not all statistics of ${relation === table.name ? '' : `index ${relation} of `}${displayName(table)}.${column} are used: ${why}.`;

/** Returns those of which PostgreSQL refused a part. One without a column (its index was left out) is passed over. */
async function restore(db: MemoryPostgres, batch: readonly Attribute[]): Promise<Attribute[]> {
  const rows = await db.query<{ at: number; ok: boolean }>(
    `SELECT x.at, pg_restore_attribute_stats('schemaname', x.schema, 'relname', x.relation, 'attname', x.column,
       'inherited', x.inherited, ${fields.map(({ key, name, type }) => `'${key}', ${valueSql(name)}::${type}`).join(', ')}) AS ok
     FROM json_to_recordset($1) AS x (at int, schema text, relation text, "column" text, inherited boolean, sorted boolean,
       ${fields.map(({ name, type }) => `"${name}" ${type === 'real[]' ? 'text' : type}`).join(', ')})
     JOIN pg_namespace n ON n.nspname = x.schema
     JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = x.relation
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = x.column AND NOT a.attisdropped`,
    [
      JSON.stringify(
        batch.map(({ table, relation, column, isInherited, isSorted, statistics }, at) => ({
          at,
          schema: table.schema,
          relation,
          column,
          inherited: isInherited,
          sorted: isSorted,
          ...numbersOf(statistics),
        })),
      ),
    ],
  );
  return rows.flatMap(({ at, ok }) => (ok ? [] : (batch[at] ?? [])));
}

interface Field {
  /** pg_restore_attribute_stats' name of it. */
  readonly key: string;
  readonly name: keyof ColumnStatistics;
  readonly type: 'text' | 'real' | 'integer' | 'real[]';
}

const fields: readonly Field[] = [
  { key: 'null_frac', name: 'nullFraction', type: 'real' },
  { key: 'avg_width', name: 'averageWidth', type: 'integer' },
  { key: 'n_distinct', name: 'distinct', type: 'real' },
  { key: 'most_common_vals', name: 'mostCommonValues', type: 'text' },
  { key: 'most_common_freqs', name: 'mostCommonFrequencies', type: 'real[]' },
  { key: 'histogram_bounds', name: 'histogramBounds', type: 'text' },
  { key: 'correlation', name: 'correlation', type: 'real' },
  { key: 'most_common_elems', name: 'mostCommonElements', type: 'text' },
  { key: 'most_common_elem_freqs', name: 'mostCommonElementFrequencies', type: 'real[]' },
  { key: 'elem_count_histogram', name: 'elementCountHistogram', type: 'real[]' },
  { key: 'range_length_histogram', name: 'rangeLengthHistogram', type: 'text' },
  { key: 'range_empty_frac', name: 'rangeEmptyFraction', type: 'real' },
  { key: 'range_bounds_histogram', name: 'rangeBoundsHistogram', type: 'text' },
];

function valueSql(name: keyof ColumnStatistics): string {
  if (name !== 'histogramBounds') return `x."${name}"`;
  // The planner looks a value up by halving: an order that is not its own would lead it astray.
  return `CASE WHEN x.sorted THEN (SELECT array_agg(v ORDER BY v)::text FROM unnest(x."${name}"::text[]) AS v) ELSE x."${name}" END`;
}

function numbersOf(statistics: ColumnStatistics): ColumnStatistics {
  return {
    ...statistics,
    nullFraction: finite(statistics.nullFraction, 0),
    averageWidth: clampInteger(statistics.averageWidth),
    distinct: finite(statistics.distinct, 0),
  };
}

/** The statement for one column; `relation`: the table, or one of its indexes. */
export function attributeStatistics(
  { schema, kind }: SnapshotTable,
  relation: string,
  column: string,
  given: ColumnStatistics,
  isInherited = kind === 'partitioned table',
): string {
  const statistics = numbersOf(given);
  const values = fields.flatMap(({ key, name, type }) => {
    const value = statistics[name];
    return value === undefined ? [] : [`'${key}', ${quoteLiteral(String(value))}::${type}`];
  });
  return (
    `SELECT pg_restore_attribute_stats('schemaname', ${quoteLiteral(schema)}, 'relname', ${quoteLiteral(relation)}, ` +
    `'attname', ${quoteLiteral(column)}, 'inherited', ${isInherited}, ${values.join(', ')})`
  );
}

export const clampInteger = (value: number): number =>
  Math.min(Math.max(Math.round(finite(value, 0)), 0), 2_147_483_647);

export const finite = (value: number, otherwise: number): number => (Number.isFinite(value) ? value : otherwise);
