import {
  isUndefined,
  LibraryFunction,
  type Method,
  type RecordThing,
  type Thing,
  unknown,
} from '../interpreter/things';
import {
  BareColumn,
  type Chunk,
  Column,
  type ColumnFacts,
  isSql,
  joined,
  Param,
  Query,
  Sql,
  type Table,
} from './chunks';
import { flatFields, selectionSql } from './selection';

export interface WriteStart {
  readonly table: Table;
  readonly ctes: readonly Thing[];
  readonly notes: Set<string>;
}

export abstract class Write extends Query {
  readonly table: Table;
  protected readonly start: WriteStart;
  #returning: RecordThing | undefined;

  constructor(start: WriteStart) {
    super();
    this.start = start;
    this.table = start.table;
  }

  get returned(): RecordThing | undefined {
    return this.#returning;
  }

  protected abstract method(name: string): Method | undefined;

  /** Nobody knows a column of it. */
  get isEmpty(): boolean {
    return this.table.columns.size === 0;
  }

  protected allFields(): RecordThing {
    return this.table.fields();
  }

  override get(name: string): Thing | undefined {
    if (name === 'returning') {
      return new LibraryFunction(([fields]) => {
        this.#returning = fields?.kind === 'record' ? fields : this.allFields();
        return this;
      });
    }
    const method = this.method(name);
    return method === undefined ? super.get(name) : new LibraryFunction(method);
  }

  protected returningSql(isSingleTable = true): Chunk {
    const fields = this.#returning;
    return fields === undefined ? '' : new Sql([' returning ', selectionSql(flatFields(fields), isSingleTable)]);
  }
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
