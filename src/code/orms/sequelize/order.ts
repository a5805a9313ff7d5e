import { type SqlText, sql } from '../support/sql-text';
import { type Datum, isSqlMethod, member, textOf } from './datum';
import type { SequelizeModel } from './declared';
import type { Finder } from './finder-types';
import { quoted, quotedPath } from './quote';
import { jsonPath, sqlMethod } from './sql-methods';
import { isJson } from './values';

const directions = /^(?:(?:ASC|DESC)(?: NULLS (?:LAST|FIRST))?|NULLS (?:FIRST|LAST))$/i;

/** A part of an order: a table on the way, a column, SQL, or a direction. */
type Part =
  | { readonly kind: 'table'; readonly as: string; readonly model: SequelizeModel; readonly through?: SequelizeModel }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'sql'; readonly text: SqlText }
  /** Known at run time only. */
  | { readonly kind: 'open' };

/** ORDER BY of the query and of the subquery that a limit needs. Sequelize's getQueryOrders. */
export function orders(finder: Finder, subQuery: boolean): { readonly main: SqlText[]; readonly sub: SqlText[] } {
  const order = member(finder.options, 'order');
  const main: SqlText[] = [];
  const sub: SqlText[] = [];
  if (isSqlMethod(order)) {
    const text = sqlMethod(order);
    return { main: [text], sub: subQuery ? [text] : [] };
  }
  for (const item of order?.kind === 'list' ? order.items : []) {
    const given = item.kind === 'list' ? item.items : [item];
    const parts = partsOf(given, finder.model);
    if (parts.some((part, i) => part.kind === 'open' && i === 0)) continue;
    if (subQuery && parts[0]?.kind !== 'table') sub.push(written(parts, finder.model));
    const name = textOf(given[0]);
    const aliased = finder.attributes?.find(
      (each) =>
        typeof each === 'object' &&
        'as' in each &&
        name !== undefined &&
        (each.of === name || each.as === name || (parts[0]?.kind === 'name' && each.of === parts[0].name)),
    );
    const isAliased = aliased !== undefined && typeof aliased === 'object' && 'as' in aliased;
    const first: Part | undefined = isAliased ? { kind: 'sql', text: [quotedPath(aliased.as)] } : parts[0];
    main.push(written(first ? [first, ...parts.slice(1)] : parts, finder.model));
  }
  return { main, sub };
}

/** Of GROUP BY: a name may be dotted. */
export function quotedItem(item: Datum, model: SequelizeModel): SqlText {
  const name = textOf(item);
  return name === undefined ? written(partsOf([item], model), model) : [quotedPath(name)];
}

function partsOf(items: readonly Datum[], model: SequelizeModel): Part[] {
  const parts: Part[] = [];
  let before: SequelizeModel | undefined = model;
  for (const [i, item] of items.entries()) {
    const previous = parts.at(-1);
    const through = previous?.kind === 'table' ? previous.through : undefined;
    const part: Part = partOf(item, i, before, through);
    parts.push(part);
    before = part.kind === 'table' ? part.model : undefined;
  }
  return parts;
}

function partOf(item: Datum, i: number, before: SequelizeModel | undefined, through: SequelizeModel | undefined): Part {
  const name = textOf(item);
  if (name !== undefined) {
    if (i > 0 && directions.test(name)) return { kind: 'sql', text: [` ${name.toUpperCase()}`] };
    return before ? namePart(name, before) : { kind: 'name', name };
  }
  if (item.kind === 'association') return tableOf(item.association);
  const wanted = item.kind === 'model' ? item : member(item, 'model');
  if (wanted?.kind === 'model' && before) {
    if (through === wanted.model) return { kind: 'table', as: wanted.model.name, model: wanted.model };
    const as = textOf(member(item, 'as'));
    const associations = [...before.associations.values()].filter(({ target }) => target === wanted.model);
    const found =
      associations.find((each) => (as === undefined ? !each.isAliased : each.as === as)) ??
      associations.find((each) => each.as === wanted.model.name);
    return found ? tableOf(found) : { kind: 'open' };
  }
  if (isSqlMethod(item)) return { kind: 'sql', text: sqlMethod(item) };
  return { kind: 'open' };
}

function tableOf(association: {
  readonly as: string;
  readonly target: SequelizeModel;
  readonly through?: { readonly model: SequelizeModel };
}): Part {
  const { as, target, through } = association;
  return { kind: 'table', as, model: target, ...(through ? { through: through.model } : {}) };
}

function namePart(name: string, model: SequelizeModel): Part {
  const association = model.associations.get(name);
  if (association) return tableOf(association);
  const attribute = model.attributes.get(name);
  if (attribute) return { kind: 'name', name: attribute.field };
  const [first = '', ...path] = name.split('.');
  const document = path.length > 0 ? model.attributes.get(first) : undefined;
  if (document && isJson(document.type)) {
    return { kind: 'sql', text: jsonPath([`${quoted(model.name)}.${quoted(document.field)}`], path) };
  }
  return { kind: 'name', name };
}

/** [table author, name, ' DESC'] → "author"."name" DESC */
function written(parts: readonly Part[], model: SequelizeModel): SqlText {
  const tables = parts.slice(0, -1).findIndex((part) => part.kind !== 'table');
  const count = tables < 0 ? parts.length - 1 : tables;
  const names = parts.slice(0, count).map((part) => (part.kind === 'table' ? part.as : ''));
  const before = count > 0 ? `${quoted(names.join('->'))}.` : parts[0]?.kind === 'name' ? `${quoted(model.name)}.` : '';
  const rest = parts.slice(count).flatMap((part): SqlText => {
    if (part.kind === 'name') return [quotedPath(part.name)];
    return part.kind === 'sql' ? part.text : [];
  });
  return sql`${before}${rest}`;
}
