import { quoted } from '../support/statement-text';
import { primaryColumns } from './entity';
import type { SelectQuery } from './select-query';

/** How many rows a query gives: without its order, groups and page. */
export function countSql(query: SelectQuery, hasSelect: boolean): string {
  const copy = bare(query);
  const { main } = copy;
  const entity = main?.entity;
  const selected = hasSelect
    ? query.selects.flatMap(({ selection }) => {
        const [alias = '', ...path] = selection.split('.');
        const column = query.aliasNamed(alias)?.entity?.columns.find((each) => each.path === path.join('.'));
        return column === undefined ? [] : [`${quoted(alias)}.${quoted(column.column)}`];
      })
    : [];
  const keys =
    entity === undefined
      ? []
      : primaryColumns(entity).map(({ column }) => `${quoted(main?.name ?? '')}.${quoted(column)}`);
  const counted =
    selected.length > 0
      ? `COUNT(DISTINCT(${selected.join(', ')}))`
      : copy.joins.length === 0 || keys.length === 0
        ? 'COUNT(1)'
        : `COUNT(DISTINCT(${keys.join(', ')}))`;
  copy.selects = [{ selection: counted, aliasName: 'cnt' }];
  return copy.sql();
}

/** Whether it gives any row. */
export function existsSql(query: SelectQuery): string {
  return `SELECT 1 AS "row_exists" FROM (SELECT 1 AS dummy_column) "dummy_table" WHERE ${existsCondition(query)} LIMIT 1`;
}

/** `EXISTS (SELECT 1 FROM …)` */
export function existsCondition(query: SelectQuery): string {
  const copy = bare(query);
  copy.selects = [{ selection: '1' }];
  return `EXISTS (${copy.sql()})`;
}

function bare(query: SelectQuery): SelectQuery {
  const copy = query.clone();
  copy.orderBys = new Map();
  copy.groupBys = [];
  copy.skip = undefined;
  copy.take = undefined;
  copy.limit = undefined;
  copy.offset = undefined;
  copy.hasGlobalOrder = false;
  copy.givesEntities = false;
  return copy;
}
