import { isUndefined, type RecordThing, type Thing } from '../interpreter/things';
import { Aliased, BareColumn, type Chunk, Column, isSql, joined, Query, Sql, Subquery, Table } from './chunks';

export interface SelectedField {
  readonly path: readonly string[];
  readonly field: Thing;
}

/** The fields of `select({ id: posts.id, author: users })`, tables and groups written out. */
export function flatFields(fields: RecordThing, path: readonly string[] = []): SelectedField[] {
  return [...fields.entries].flatMap(([name, field]): SelectedField[] => {
    const at = [...path, name];
    if (field instanceof Table) return flatFields(field.fields(), at);
    if (isSql(field)) return [{ path: at, field }];
    return field.kind === 'record' ? flatFields(field, at) : [];
  });
}

/** As PgDialect.buildSelection: of one table, columns stand without its name. */
export function selectionSql(fields: readonly SelectedField[], isSingleTable: boolean): Sql {
  const chunks = fields.flatMap(({ field }): Chunk[] => {
    if (field instanceof Aliased && field.isSelectionField) return [field];
    if (field instanceof Aliased)
      return [new Sql([isSingleTable ? withoutTable(field.sql) : field.sql, ' as ', field])];
    if (field instanceof Sql) return [isSingleTable ? withoutTable(field) : field];
    if (field instanceof Column) return [isSingleTable ? new BareColumn(field) : field];
    return isSql(field) ? [field] : [];
  });
  return joined(chunks, ', ');
}

function withoutTable(of: Sql): Sql {
  return new Sql(of.chunks.map((chunk) => (chunk instanceof Column ? new BareColumn(chunk) : chunk)));
}

/** Where a table stands in FROM: with its alias when it has one. */
export function fromSql(table: Thing): Chunk {
  if (!(table instanceof Table) || table.alias === undefined) return table;
  return new Sql([new Table(table.name, table.schema, table.columns, table.range), ' ', table]);
}

export function withSql(ctes: readonly Thing[]): Chunk {
  const known = ctes.filter((each) => each instanceof Subquery);
  if (known.length === 0) return '';
  const parts = known.map((cte) => new Sql([cte, ' as (', cte.sql, ')']));
  return new Sql(['with ', joined(parts, ', '), ' ']);
}

/** The name under which a joined table's columns stand in the result. */
export function nameOfSource(source: Thing): string | undefined {
  if (source instanceof Subquery) return source.alias;
  return source instanceof Table ? source.knownAs : undefined;
}

export function fieldsOfSource(source: Thing): RecordThing | undefined {
  if (source instanceof Subquery) return source.fields();
  if (source instanceof Table) return source.fields();
  return source instanceof Query ? undefined : undefined;
}

/** What a callback is handed: `.where((t) => …)` sees the expressions, `.orderBy((t) => …)` the aliases. */
export function seenFields(fields: RecordThing, as: 'sql' | 'alias'): RecordThing {
  const entries = new Map<string, Thing>();
  for (const [name, field] of fields.entries) {
    if (field instanceof Aliased) {
      const isSql = as === 'sql' && !field.isSelectionField;
      entries.set(name, isSql ? field.sql : new Aliased(field.sql, field.alias, true));
    } else entries.set(name, field.kind === 'record' ? seenFields(field, as) : field);
  }
  return { ...fields, entries };
}

/** A condition that is there; undefined for none. What is no SQL is known at run time only. */
export function condition(of: Thing | undefined, notes: Set<string>): Thing | undefined {
  if (of === undefined || isUndefined(of)) return undefined;
  if (isSql(of)) return of;
  notes.add('A condition made at run time is not included.');
  return undefined;
}
