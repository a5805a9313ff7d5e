import type { Association, Model } from '../../models/model';
import type { Expression } from '../knex/expression';
import { joined, type SqlText, sql } from '../support/sql-text';
import { detailsOf } from './models';
import { ObjectionQuery, type Task } from './query';
import { joinReturning, type Sent } from './statements';

type Row = Expression & { readonly kind: 'object' };

/** insertGraph: rows that others refer to first, then the row itself, then those that refer to it. */
export function graphSql(query: ObjectionQuery, { data, isUpsert, isRelating }: Task & { kind: 'graph' }): Sent[] {
  const { reader } = query;
  if (isUpsert) {
    reader.note(
      'upsertGraph reads the rows that are there and sends an INSERT, UPDATE or DELETE for each that differs.',
    );
    return [];
  }
  const rows = data?.kind === 'array' ? data.elements.map((each) => reader.expression(each)) : [data];
  const [first] = rows;
  if (first?.kind !== 'object' || rows.length > 1) {
    reader.note('insertGraph sends an INSERT for each table of the graph, which is known at run time only.');
    return [];
  }
  return new GraphWriter(isRelating).rowSql(query, first, new Map());
}

class GraphWriter {
  constructor(private readonly isRelating: boolean) {}

  rowSql(query: ObjectionQuery, row: Row, keys: ReadonlyMap<string, SqlText>): Sent[] {
    const { reader, model } = query;
    const before: Sent[] = [];
    const after: Sent[] = [];
    const own = new Map(keys);
    for (const association of model.associations) {
      const entry = row.entries.find(({ key }) => key === association.name);
      const target = entry && query.known.target(association);
      if (!entry || !target) continue;
      const value = reader.expression(entry.value);
      const list = value.kind === 'array' ? value.elements.map((each) => reader.expression(each)) : [value];
      const [first] = list;
      if (first?.kind !== 'object') {
        reader.note(`What insertGraph sends for ${association.name} is known at run time only.`);
        continue;
      }
      const related = new ObjectionQuery(reader, target, query.known);
      related.apply({ name: 'insert', range: value.range, arguments: [] }, entry.value.scope);
      related.insert = value;
      if (association.kind === 'belongsTo') {
        before.push(...this.#referenced(related, first, association, own));
      } else if (association.through) {
        if (!this.#isThere(related, first)) after.push(...this.rowSql(related, first, new Map()));
        after.push({ sql: joinRow(query, related, first, association), isFollowUp: true });
      } else {
        const values = keyOf(association.referenced, model, value);
        const columns = association.foreignKey.map((column, i) => [column, values[i] ?? []] as const);
        const inner = this.rowSql(related, first, new Map(columns));
        after.push(...inner.map((each) => ({ ...each, isFollowUp: true as const })));
      }
    }
    query.addedColumns = new Map([...query.addedColumns, ...own]);
    return [...before, { sql: query.sql() }, ...after];
  }

  /** The row that this one refers to is written first; its key goes into this one's columns. */
  #referenced(related: ObjectionQuery, row: Row, association: Association, own: Map<string, SqlText>): Sent[] {
    const { reader, model } = related;
    const isThere = this.#isThere(related, row);
    const values = keyOf(association.referenced, model, row);
    association.foreignKey.forEach((column, i) => {
      const given = isThere ? row.entries.find(({ key }) => key === association.referenced[i]) : undefined;
      own.set(column, given ? reader.parameter(reader.expression(given.value)) : (values[i] ?? []));
    });
    return isThere ? [] : this.rowSql(related, row, new Map());
  }

  /** `{ relate: true }`: an object with a key is a row that is there. */
  #isThere({ details }: ObjectionQuery, { entries }: Row): boolean {
    return this.isRelating && details.idColumns.every((column) => entries.some(({ key }) => key === column));
  }
}

function joinRow(query: ObjectionQuery, related: ObjectionQuery, row: Row, association: Association): SqlText {
  const { reader, model } = query;
  const { through, foreignKey, referenced } = association;
  if (!through) return [];
  const columns = [...foreignKey, ...through.otherKey].map((column) => [reader.quoted(column)]);
  const values = [...keyOf(referenced, model, row), ...keyOf(through.otherReferenced, related.model, row)];
  const start = sql`insert into ${reader.quoted(through.table)} (${joined(columns, ', ')})`;
  return sql`${start} values (${joined(values, ', ')}) returning ${joinReturning(query, association)}`;
}

/** A key that the database gave. */
function keyOf(columns: readonly string[], model: Model, { range }: Expression): SqlText[] {
  return columns.map((column) => [{ source: `${column} of ${detailsOf(model).tableName}`, range }]);
}
