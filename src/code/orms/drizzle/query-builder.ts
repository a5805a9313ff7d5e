import { itemsOf, LibraryFunction, LibraryThing, type Thing } from '../interpreter/things';
import { isSql, Query, Sql, sql } from './chunks';
import { SelectBuilder } from './select';

/** `db.$count(posts, eq(…))`; inside another query it is a sub-query. */
export class Count extends Query {
  override readonly operation = 'count';
  readonly table: Thing;
  readonly where: Thing | undefined;

  constructor(table: Thing, where: Thing | undefined) {
    super();
    this.table = table;
    this.where = where;
  }

  sql(): Sql {
    return sql(
      ['select count(*) from ', '', ''],
      this.table,
      this.where === undefined ? '' : new Sql([' where ', this.where]),
    );
  }
}

/** What has `select`, also without a database: the `qb` of callbacks. */
export class QueryBuilder extends LibraryThing {
  protected readonly notes: Set<string>;
  protected readonly ctes: readonly Thing[];

  constructor(notes: Set<string>, ctes: readonly Thing[] = []) {
    super();
    this.notes = notes;
    this.ctes = ctes;
  }

  override get(name: string): Thing | undefined {
    const { notes, ctes } = this;
    switch (name) {
      case 'select':
        return new LibraryFunction(([fields]) => new SelectBuilder({ fields, ctes, notes }));
      case 'selectDistinct':
        return new LibraryFunction(([fields]) => new SelectBuilder({ fields, ctes, notes, distinct: true }));
      case 'selectDistinctOn':
        return new LibraryFunction(
          ([on, fields]) => new SelectBuilder({ fields, ctes, notes, distinct: itemsOf(on).filter(isSql) }),
        );
      default:
        return undefined;
    }
  }
}
