import { isUndefined, recordOf, type Thing, unknown } from '../interpreter/things';
import { BareColumn, type Chunk, Column, type ColumnFacts, isSql, joined, Param, Sql, type Table } from './chunks';

/** What every write begins with. */
export interface WriteStart {
  readonly table: Table;
  readonly ctes: readonly Thing[];
  readonly notes: Set<string>;
}

/** `values (default, $1, …), (…)`: every column of the table, `default` where the row has none. */
export function valuesSql(start: WriteStart, rows: Thing): Sql {
  const list = (rows.kind === 'list' ? rows.items : [rows]).map((row) => recordOf(row) ?? row);
  const known = list.length > 0 ? list : [rows];
  const columns = insertedColumns(start.table);
  const texts = known.map((row) => {
    const values = columns.map((facts) => rowValue(row, facts));
    return new Sql(['(', joined(values, ', '), ')']);
  });
  if (known.some((row) => row.kind !== 'record' || row.isOpen)) {
    start.notes.add(
      'Which columns the rows have is known at run time only; those without a default are shown with a value.',
    );
  }
  return new Sql(['values ', joined(texts, ', ')]);
}

function rowValue(row: Thing, facts: ColumnFacts): Chunk {
  const given = row.kind === 'record' ? row.entries.get(facts.property) : undefined;
  if (given !== undefined && !isUndefined(given)) return isSql(given) ? given : new Param(given);
  if (row.kind !== 'record' || row.isOpen) {
    const isNeeded = facts.isNotNull && !facts.hasDefault && facts.defaultValue === undefined;
    if (isNeeded) return new Param(unknown(facts.property, row.kind === 'library' ? facts.range : row.range));
  }
  const made = facts.defaultValue ?? (facts.hasDefault ? undefined : facts.updateValue);
  if (made === undefined) return 'default';
  return isSql(made) ? made : new Param(made);
}

/** Those that the database does not make itself. */
export function insertedColumns(table: Table): ColumnFacts[] {
  return [...table.columns.values()].filter((facts) => !facts.isGenerated);
}

/** As PgDialect.buildUpdateSet: in the order of the table's columns, with those that are set on every update. */
export function setSql(start: WriteStart, set: Thing | undefined): Sql {
  const assignments: Chunk[] = [];
  for (const facts of start.table.columns.values()) {
    const given = set?.kind === 'record' ? set.entries.get(facts.property) : undefined;
    const value = given === undefined || isUndefined(given) ? facts.updateValue : given;
    if (value === undefined) continue;
    assignments.push(assignment(start.table, facts, value));
  }
  if (set?.kind !== 'record' || set.isOpen) {
    start.notes.add('More columns may be set, by names that are known at run time only.');
    const first = [...start.table.columns.values()].find((facts) => !facts.isPrimaryKey);
    if (assignments.length === 0 && first !== undefined) {
      assignments.push(assignment(start.table, first, unknown(first.property, first.range)));
    }
  }
  return joined(assignments, ', ');
}

function assignment(table: Table, facts: ColumnFacts, value: Thing): Sql {
  return new Sql([new BareColumn(new Column(table, facts)), ' = ', isSql(value) ? value : new Param(value)]);
}
