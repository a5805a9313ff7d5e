import { quoteIdentifier } from '../../../sql/identifiers';
import { type SqlText, sql } from '../support/sql-text';
import type { Embedding } from './embed';
import type { SelectItem } from './query-text';

/** One SELECT of the request: the rows themselves, or those of a table that is embedded. */
export interface Node {
  readonly table: string;
  /** Before its columns. */
  readonly qualifier: string;
  readonly from: SqlText;
  readonly items: readonly SelectItem[];
  /** Dotted names of what is embedded, as filters call it; '' for the rows themselves. */
  readonly path: string;
  readonly depth: number;
  readonly joins: readonly string[];
}

export interface Embedded {
  readonly item: SelectItem;
  readonly name: string;
  readonly alias: string;
  readonly embedding: Embedding;
  readonly query: SqlText;
}

export function embeddedNode(parent: Node, item: SelectItem, embedding: Embedding, path: string, depth: number): Node {
  const { table, own, other, junction } = embedding;
  const items = item.embed?.items ?? [];
  const pair = (left: string, lefts: readonly string[], right: string, rights: readonly string[]): string[] =>
    lefts.map(
      (each, i) =>
        `${quoteIdentifier(left)}.${quoteIdentifier(each)} = ${quoteIdentifier(right)}.${quoteIdentifier(rights[i] ?? '')}`,
    );
  if (junction) {
    const joins = [
      ...pair(table, other, junction.table, junction.other),
      ...pair(parent.qualifier, own, junction.table, junction.own),
    ];
    const from: SqlText = [`${quoteIdentifier(table)}, ${quoteIdentifier(junction.table)}`];
    return { table, qualifier: table, from, items, path, depth, joins };
  }
  const qualifier = `${table}_${depth}`;
  const from: SqlText = [`${quoteIdentifier(table)} AS ${quoteIdentifier(qualifier)}`];
  return { table, qualifier, from, items, path, depth, joins: pair(parent.qualifier, own, qualifier, other) };
}

/** What an embedded table gives the row around it. */
export function embeddedColumns({ item, name, alias, embedding }: Embedded): SqlText[] {
  const quoted = quoteIdentifier(alias);
  if (item.embed?.items.length === 0) return [];
  if (item.embed?.isSpread && embedding.isOne) {
    return item.embed.items.map((each): SqlText => {
      const column = each.alias ?? each.path.at(-1)?.key ?? each.name;
      return [`${quoted}.${column === '*' ? '*' : quoteIdentifier(column)}`];
    });
  }
  return embedding.isOne
    ? [[`row_to_json(${quoted}.*)::jsonb AS ${quoteIdentifier(name)}`]]
    : [[`COALESCE(${quoted}.${quoted}, '[]') AS ${quoteIdentifier(name)}`]];
}

export function lateral({ item, alias, embedding, query }: Embedded): SqlText {
  const quoted = quoteIdentifier(alias);
  const isInner = item.embed?.isInner === true;
  const kind = isInner ? 'INNER' : 'LEFT';
  if (embedding.isOne) return sql` ${kind} JOIN LATERAL (${query}) AS ${quoted} ON TRUE`;
  const on = isInner ? `${quoted} IS NOT NULL` : 'TRUE';
  return sql` ${kind} JOIN LATERAL (SELECT json_agg(${quoted})::jsonb AS ${quoted} FROM (${query}) AS ${quoted}) AS ${quoted} ON ${on}`;
}
