import type { Snapshot, SnapshotColumn, SnapshotTable } from '../../src/database/snapshot';
import type { IndexColumn, IndexDefinition } from '../../src/nouns/fix';

/** Wider keys than this make no sensible B-tree, in bytes. */
const widestKey = 60;
/** Smaller tables are read whole whatever indexes they have, in pages. */
const leastPages = 100;

/**
 * Indexes of every kind for the columns that the queries name, whether they are wise or not: a B-tree on each, one on the
 * first two that each query names of a table, INCLUDE, partial, expression, hash, BRIN, and GIN for words inside texts.
 */
export function indexesToTry(queries: readonly string[], { tables }: Snapshot): IndexDefinition[] {
  const found = new Map<string, IndexDefinition>();
  for (const table of tables) {
    if (table.pages < leastPages || table.kind !== 'table') continue;
    const add = (columns: readonly IndexColumn[], more: Partial<IndexDefinition> = {}): void => {
      const definition = { schema: table.schema, table: table.name, method: 'btree', columns, ...more } as const;
      const key = JSON.stringify(definition);
      if (!found.has(key)) found.set(key, { ...definition, name: `${table.name}_tried_${found.size + 1}` });
    };
    const taken = new Set(
      table.indexes.filter(({ predicate }) => predicate === undefined).map(({ columns }) => namesOf(columns)),
    );
    const named = queries.map((query) => namedColumns(query, table));
    for (const column of new Set(named.flat())) {
      if (isNarrow(column) && !taken.has(column.name)) add([{ name: column.name }]);
    }
    for (const [first, second, third] of named) {
      if (!first || !second || !isNarrow(first) || !isNarrow(second)) continue;
      const columns = [{ name: second.name }, { name: first.name }];
      if (!taken.has(namesOf(columns))) add(columns, third && isNarrow(third) ? { include: [third.name] } : {});
    }
    ofOtherKinds(new Set(named.flat()), add);
  }
  return [...found.values()];
}

function ofOtherKinds(
  named: ReadonlySet<SnapshotColumn>,
  add: (columns: readonly IndexColumn[], more?: Partial<IndexDefinition>) => void,
): void {
  const columns = [...named];
  const date = columns.find(({ type }) => /^(?:date|timestamp)/.test(type));
  const number = columns.find(({ type }) => /^(?:integer|bigint)$/.test(type));
  const text = columns.find(({ type }) => /^(?:text|character varying)/.test(type));
  if (date) add([{ name: date.name }], { method: 'brin' });
  if (number) add([{ name: number.name }], { method: 'hash' });
  if (number && date) add([{ name: number.name }, { name: date.name, descending: true }]);
  if (number && text) {
    add([{ name: `(lower(${text.name}))`, isExpression: true }]);
    add([{ name: text.name, operatorClass: 'text_pattern_ops' }]);
    add([{ name: number.name }], { where: `${text.name} IS NOT NULL` });
  }
  for (const column of columns) {
    if (/^(?:text|character varying)/.test(column.type) && (column.statistics?.averageWidth ?? 0) > 25) {
      add([{ name: column.name, operatorClass: 'gin_trgm_ops' }], { method: 'gin' });
    }
  }
}

/** In the order in which the query names them. */
function namedColumns(query: string, table: SnapshotTable): SnapshotColumn[] {
  const words: readonly string[] = query.toLowerCase().match(/\b[a-z_]\w*\b/g) ?? [];
  if (!words.includes(table.name)) return [];
  const columns = [...new Set(words)].map((word) => table.columns.find(({ name }) => name === word));
  return columns.filter((column) => column !== undefined);
}

const isNarrow = ({ statistics }: SnapshotColumn): boolean => (statistics?.averageWidth ?? 0) <= widestKey;

const namesOf = (columns: readonly { readonly name?: string }[]): string =>
  columns.map(({ name }) => name ?? '').join(', ');
