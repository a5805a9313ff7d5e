import type { TextRange } from '../../../nouns/text-range';
import { qualifiedName, quoteIdentifier } from '../../../sql/identifiers';
import type { Model } from '../../models/model';
import { joined, type SqlText, sql } from '../support/sql-text';
import { conditionText, fieldText } from './conditions';
import { embeddingOf } from './embed';
import { type Embedded, embeddedColumns, embeddedNode, lateral, type Node } from './embedded-rows';
import { parameter } from './program-text';
import { column as columnPath, type SelectItem } from './query-text';
import type { Order, RestRequest } from './rest-request';

/**
 * The SQL that PostgREST makes of a request, without what it puts around it to give JSON
 * (src/library/PostgREST/Query/QueryBuilder.hs): a lateral join for each embedded table.
 * The values of a write come as columns here; PostgREST sends them as one JSON document.
 */
export class StatementBuilder {
  readonly notes = new Set<string>();
  readonly loads: { path: string; range: TextRange }[] = [];

  constructor(
    private readonly request: RestRequest,
    private readonly models: readonly Model[],
  ) {
    for (const note of request.notes) this.notes.add(note);
  }

  statements(): SqlText[] {
    const { request } = this;
    switch (request.operation) {
      case 'select':
        return this.#withCount(this.#root(this.#table()));
      case 'rpc':
        return this.#withCount(this.#root(this.#call()));
      default:
        return this.#isUnconditional() ? [] : [this.#mutation()];
    }
  }

  /** A write of all rows is shown only where the program asks for it: not where its conditions are unknown. */
  #isUnconditional(): boolean {
    const { operation, filters, notes } = this.request;
    const isOfRows = operation === 'update' || operation === 'delete';
    return isOfRows && filters.length === 0 && notes.some((note) => /^(?:A condition|Conditions)\b/.test(note));
  }

  #table(): SqlText {
    return [qualifiedName(this.request.schema, this.request.name)];
  }

  /** `feed(author := $1) AS feed` */
  #call(): SqlText {
    const given = (this.request.rows[0] ?? []).map(
      ({ column, value }) => sql`${quoteIdentifier(column)} => ${[parameter(value)]}`,
    );
    return sql`${this.#table()}(${joined(given, ', ')}) AS ${quoteIdentifier(this.request.name)}`;
  }

  #root(from: SqlText): Node {
    const { name, select } = this.request;
    const items = select && select.length > 0 ? select : [{ name: '*', path: [] }];
    return { table: name, qualifier: name, from, items, path: '', depth: 0, joins: [] };
  }

  /** `{ count: 'exact' }` counts all rows that match, whatever the page. */
  #withCount(root: Node): SqlText[] {
    const query = this.#query(root);
    if (this.request.count !== 'exact') return [query];
    return [query, sql`SELECT count(*) FROM (${this.#countQuery(root)}) AS pgrst_source_count`];
  }

  #countQuery(node: Node): SqlText {
    const inner = this.#embedded(node).filter(({ item }) => item.embed?.isInner);
    const conditions = [...this.#conditions(node), ...inner.map(({ query }) => sql`EXISTS (${query})`)];
    return sql`SELECT 1 FROM ${node.from}${where(conditions)}`;
  }

  #query(node: Node, embedded: readonly Embedded[] = this.#embedded(node)): SqlText {
    const own = node.items.filter(({ embed }) => embed === undefined).map((item) => this.#column(node, item));
    const columns = [...own, ...embedded.flatMap((each) => embeddedColumns(each))];
    const selected = columns.length > 0 ? columns : [[`${quoteIdentifier(node.qualifier)}.*`]];
    const joins = embedded.map((each): SqlText => lateral(each));
    const text = sql`SELECT ${joined(selected, ', ')} FROM ${node.from}${joins.flat()}${where(this.#conditions(node))}`;
    return sql`${text}${this.#group(node, embedded)}${this.#order(node, embedded)}${this.#limit(node)}`;
  }

  #embedded(node: Node): Embedded[] {
    return node.items.flatMap((item): Embedded[] => {
      if (item.embed === undefined) return [];
      const embedding = embeddingOf(this.models, node.table, item);
      if (typeof embedding === 'string') {
        this.notes.add(embedding);
        return [];
      }
      const name = item.alias ?? item.name;
      const path = node.path === '' ? name : `${node.path}.${name}`;
      const depth = node.depth + 1;
      if (!this.loads.some((each) => each.path === path)) this.loads.push({ path, range: this.request.nameLink.range });
      const query = this.#query(embeddedNode(node, item, embedding, path, depth));
      return [{ item, name, alias: `${node.table}_${name}_${depth}`, embedding, query }];
    });
  }

  #column(node: Node, item: SelectItem): SqlText {
    const column = fieldText(node.qualifier, item.name, item.path);
    const aggregated = item.aggregate ? sql`${item.aggregate.toUpperCase()}(${column})` : column;
    const cast = item.cast ? sql`CAST(${aggregated} AS ${item.cast})` : aggregated;
    const alias = item.alias ?? item.path.at(-1)?.key;
    return alias === undefined ? cast : sql`${cast} AS ${quoteIdentifier(alias)}`;
  }

  #group(node: Node, embedded: readonly Embedded[]): SqlText {
    if (!node.items.some(({ aggregate }) => aggregate !== undefined)) return [];
    const terms = node.items.flatMap((item): SqlText[] => {
      if (item.aggregate !== undefined || item.embed) return [];
      return [
        item.alias === undefined ? fieldText(node.qualifier, item.name, item.path) : [quoteIdentifier(item.alias)],
      ];
    });
    const all = [...terms, ...embedded.map(({ name }): SqlText => [quoteIdentifier(name)])];
    return all.length === 0 ? [] : sql` GROUP BY ${joined(all, ', ')}`;
  }

  #order(node: Node, embedded: readonly Embedded[]): SqlText {
    const orders = this.request.orders.filter(({ of }) => of === node.path);
    if (orders.length === 0) return [];
    return sql` ORDER BY ${joined(
      orders.map((order) => this.#orderTerm(node, embedded, order)),
      ', ',
    )}`;
  }

  #orderTerm(node: Node, embedded: readonly Embedded[], { column, direction, nulls }: Order): SqlText {
    const related = /^([^()]+)\(([^()]+)\)$/.exec(column);
    const qualifier = embedded.find(({ name }) => name === related?.[1])?.alias ?? node.qualifier;
    const { name, path } = columnPath(related?.[2] ?? column);
    return sql`${fieldText(qualifier, name, path)} ${direction}${nulls ? ` NULLS ${nulls}` : ''}`;
  }

  #limit({ path }: Node): SqlText {
    const page = this.request.limits.findLast(({ of }) => of === path);
    return page ? sql` LIMIT ${page.limit} OFFSET ${page.offset}` : [];
  }

  #conditions(node: Node): SqlText[] {
    const filters = this.request.filters.filter(({ of }) => of === node.path);
    const asked = filters.map(({ logic, values }) =>
      conditionText(
        {
          qualifier: node.qualifier,
          values,
          range: this.request.nameLink.range,
          note: (sentence) => this.notes.add(sentence),
        },
        logic,
      ),
    );
    return [...asked, ...node.joins.map((join): SqlText => [join])];
  }

  #mutation(): SqlText {
    const { request } = this;
    const embedded = request.select ? this.#embedded(this.#root([])) : [];
    const hasEmbedded = embedded.length > 0;
    const returned =
      request.select === undefined
        ? (['1'] as SqlText)
        : hasEmbedded
          ? (['*'] as SqlText)
          : joined(
              this.#root([])
                .items.filter(({ embed }) => !embed)
                .map((item) => this.#column(this.#root([]), item)),
              ', ',
            );
    const write = this.#write();
    const written = /^SELECT/.test(String(write[0])) ? write : sql`${write} RETURNING ${returned}`;
    if (!hasEmbedded) return written;
    const root = this.#root([`pgrst_source AS ${quoteIdentifier(request.name)}`]);
    // The conditions chose the rows that were written.
    const text = new StatementBuilder(
      { ...request, filters: request.filters.filter(({ of }) => of !== '') },
      this.models,
    );
    return sql`WITH pgrst_source AS (${written}) ${text.#query(root)}`;
  }

  #write(): SqlText {
    const { request } = this;
    const table = this.#table();
    const conditions = where(this.#conditions(this.#root([])));
    if (request.operation === 'delete') return sql`DELETE FROM ${table}${conditions}`;
    const columns = [...new Set(request.rows.flatMap((row) => row.map(({ column }) => column)))];
    const names = columns.map(quoteIdentifier).join(', ');
    if (request.operation === 'update') {
      // With no column there is nothing to update, and PostgREST asks for no row.
      if (columns.length === 0) return sql`SELECT NULL FROM ${table} WHERE false`;
      const set = (request.rows[0] ?? []).map(
        ({ column, value }) => sql`${quoteIdentifier(column)} = ${[parameter(value)]}`,
      );
      return sql`UPDATE ${table} SET ${joined(set, ', ')}${conditions}`;
    }
    const rows = request.rows.map((row): SqlText => {
      const values = columns.map((column) => {
        const given = row.find((each) => each.column === column);
        return given ? [parameter(given.value)] : (['NULL'] as SqlText);
      });
      return sql`(${joined(values, ', ')})`;
    });
    const insert =
      columns.length === 0
        ? sql`INSERT INTO ${table} DEFAULT VALUES`
        : sql`INSERT INTO ${table} (${names}) VALUES ${joined(rows, ', ')}`;
    if (request.operation === 'insert') return insert;
    return sql`${insert}${this.#onConflict(columns)}`;
  }

  #onConflict(columns: readonly string[]): SqlText {
    const { onConflict, ignoresDuplicates } = this.request;
    if (onConflict === undefined) this.notes.add('Without onConflict the primary key decides; it is taken to be “id”.');
    const target = (onConflict ?? ['id']).map(quoteIdentifier).join(', ');
    if (ignoresDuplicates) return [` ON CONFLICT (${target}) DO NOTHING`];
    const set = columns.map((each) => `${quoteIdentifier(each)} = EXCLUDED.${quoteIdentifier(each)}`).join(', ');
    return [` ON CONFLICT (${target}) DO UPDATE SET ${set}`];
  }
}

function where(conditions: readonly SqlText[]): SqlText {
  return conditions.length === 0 ? [] : sql` WHERE ${joined(conditions, ' AND ')}`;
}
