import { LibraryFunction, type Method, type RecordThing, type Thing } from '../interpreter/things';
import { type Chunk, Query, Sql, type Table } from './chunks';
import { flatFields, selectionSql } from './selection';
import type { WriteStart } from './written-values';

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
