import { isEmpty, joined, type SqlText, sql } from '../support/sql-text';
import type { Datum } from './datum';
import { type Association, foreignField } from './declared';
import type { Finder } from './finder-types';
import { orders } from './order';
import { quoted, quotedTable } from './quote';
import { limitClause, selectedText } from './select';
import { escaped } from './values';
import { conditions } from './where';

/** Some rows for each of several keys: a limit of an include that is read by a query of its own. */
export interface GroupedLimit {
  readonly on: Association;
  readonly limit: Datum;
  readonly values: readonly Datum[];
}

/** SELECT * FROM (SELECT … WHERE key = 1 LIMIT 3) AS sub UNION ALL SELECT * FROM (… key = 2 …) AS sub */
export function groupedLimit(finder: Finder, { on, limit, values }: GroupedLimit): SqlText {
  const { model } = finder;
  const as = finder.tableAs ?? model.name;
  const own = { ...finder, include: [] };
  const columns = (finder.attributes ?? []).map((each) => selectedText(each, own, as));
  const where = conditions(finder.where, { model, prefix: quoted(as) });
  const { main } = orders(own, false);
  const orderBy = main.length === 0 ? [] : sql` ORDER BY ${joined(main, ', ')}`;
  const bounds = limitClause({ limit, ...(finder.offset ? { offset: finder.offset } : {}) });
  const branches = values.map((value) => {
    const key = sql`${quoted(as)}.${quoted(foreignField(on))} = ${escaped(value)}`;
    const condition = isEmpty(where) ? key : sql`${where} AND ${key}`;
    return sql`SELECT * FROM (SELECT ${joined(columns, ', ')} FROM ${quotedTable(model)} AS ${quoted(as)} WHERE ${condition}${orderBy}${bounds}) AS sub`;
  });
  return joined(branches, ' UNION ALL ');
}
