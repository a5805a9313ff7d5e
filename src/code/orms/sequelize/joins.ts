import { isEmpty, type SqlText, sql } from '../support/sql-text';
import { fieldOf, foreignField } from './declared';
import type { Finder, Include, Selected, Through } from './finder-types';
import { quoted, quotedTable } from './quote';
import { type Joins, noJoins } from './select';
import { existsFilter } from './subquery-filter';
import { escaped, isTruthy } from './values';
import { conditions } from './where';

/** A table in a query: `Comments->user` in the text, `Comments.user` before its columns' names. */
interface Alias {
  readonly internal: string;
  readonly external: string;
}

/** Sequelize's generateInclude for an include of the main table, with what is nested in it. */
export function includeJoins(include: Include, finder: Finder, joins: Joins): void {
  const as = finder.tableAs ?? finder.model.name;
  const made = included(include, { internal: as, external: as }, finder);
  joins.main.push(...made.main);
  joins.sub.push(...made.sub);
  joins.mainAttributes.push(...made.mainAttributes);
  joins.subAttributes.push(...made.subAttributes);
  joins.filters.push(...made.filters);
}

function included(include: Include, parent: Alias, finder: Finder): Joins {
  const isTop = include.parent === undefined;
  const as: Alias = isTop
    ? { internal: include.as, external: include.as }
    : { internal: `${parent.internal}->${include.as}`, external: `${parent.external}.${include.as}` };
  const made = noJoins();
  const isInside = include.subQuery && finder.subQuery;
  if (!finder.ignoresIncluded) {
    const selected = include.attributes.map((each) => selectedOf(each, as));
    (isInside ? made.subAttributes : made.mainAttributes).push(...selected);
  }
  const filter = existsFilter(include, finder);
  if (filter) made.filters.push(filter);
  const join = include.through
    ? throughJoin(include, include.through, as, parent, finder, made)
    : plainJoin(include, as, parent, finder, made);
  const mainChildren: SqlText[] = [];
  const subChildren: SqlText[] = [];
  let isMismatched = false;
  for (const child of include.include) {
    if (child.isSeparate) continue;
    const inner = included(child, as, finder);
    if (!include.isRequired && child.isRequired) isMismatched = true;
    if (child.subQuery && finder.subQuery) subChildren.push(...inner.sub);
    mainChildren.push(...inner.main);
    made.mainAttributes.push(...inner.mainAttributes);
    made.subAttributes.push(...inner.subAttributes);
    made.filters.push(...inner.filters);
  }
  const [own, others] = isInside ? [subChildren, mainChildren] : [mainChildren, subChildren];
  const [target, other] = isInside ? [made.sub, made.main] : [made.main, made.sub];
  if (isMismatched && own.length > 0) {
    target.push(sql` ${join.type} ( ${join.body}${own.flat()} ) ON ${join.condition}`);
  } else {
    target.push(sql` ${join.type} ${join.body} ON ${join.condition}`, ...own);
  }
  other.push(...others);
  return made;
}

function selectedOf(each: Selected, as: Alias): SqlText {
  if (typeof each === 'object' && 'sql' in each) return escaped(each.sql);
  const [of, name] = typeof each === 'string' ? [each, each] : [each.of, each.as];
  const text = typeof of === 'string' ? [`${quoted(as.internal)}.${quoted(of)}`] : escaped(of);
  return sql`${text} AS ${quoted(`${as.external}.${name}`)}`;
}

interface Join {
  readonly type: string;
  readonly body: SqlText;
  readonly condition: SqlText;
}

function joinType(include: Include): string {
  if (include.isRequired) return 'INNER JOIN';
  const right = include.options.entries.get('right');
  return isTruthy(right) ? 'RIGHT OUTER JOIN' : 'LEFT OUTER JOIN';
}

function plainJoin(include: Include, as: Alias, parent: Alias, finder: Finder, made: Joins): Join {
  const { association, model } = include;
  const isBelongsTo = association.kind === 'belongsTo';
  const leftAttribute = isBelongsTo ? association.foreignKey : association.sourceKey;
  const leftField = isBelongsTo ? foreignField(association) : fieldOf(association.source, association.sourceKey);
  const rightField = isBelongsTo ? fieldOf(model, association.targetKey) : foreignField(association);
  let left = `${quoted(parent.internal)}.${quoted(leftField)}`;
  const isParentTop = include.parent === undefined;
  const isParentInside = isParentTop ? finder.subQuery : include.parent?.subQuery === true;
  // The subquery gives its columns under their attributes' names.
  if (finder.subQuery && isParentInside && !include.subQuery) {
    if (isParentTop) {
      const inner = `${quoted(parent.internal)}.${quoted(leftField)}`;
      left = `${quoted(parent.internal)}.${quoted(leftAttribute)}`;
      made.subAttributes.push(inner === left ? [inner] : sql`${inner} AS ${quoted(leftAttribute)}`);
    } else {
      left = quoted(`${parent.internal.replaceAll('->', '.')}.${leftAttribute}`);
    }
  }
  const on = include.options.entries.get('on');
  const inside = { prefix: quoted(as.internal), model };
  let condition: SqlText =
    on && on.kind !== 'undefined' ? conditions(on, inside) : [`${left} = ${quoted(as.internal)}.${quoted(rightField)}`];
  const where = conditions(include.where, inside);
  if (!isEmpty(where)) {
    const isOr = isTruthy(include.options.entries.get('or'));
    condition = sql`${condition} ${isOr ? 'OR' : 'AND'} ${where}`;
  }
  return { type: joinType(include), body: [`${quotedTable(model)} AS ${quoted(as.internal)}`], condition };
}

function throughJoin(include: Include, through: Through, as: Alias, parent: Alias, finder: Finder, made: Joins): Join {
  const { association, model } = include;
  const throughAs = `${as.internal}->${through.as}`;
  if (!finder.ignoresIncluded) {
    const alias = { internal: throughAs, external: `${as.external}.${through.as}` };
    made.mainAttributes.push(...through.attributes.map((each) => selectedOf(each, alias)));
  }
  const isTop = include.parent === undefined;
  const isParentInside = isTop ? finder.subQuery : include.parent?.subQuery === true;
  const sourceField = fieldOf(association.source, association.sourceKey);
  const isOutside = finder.subQuery && !include.subQuery && isParentInside;
  const isBare = finder.subQuery && !(!include.subQuery && !isParentInside && !isTop);
  const attribute = isBare ? association.sourceKey : sourceField;
  const source =
    isOutside && !isTop ? quoted(`${parent.internal}.${attribute}`) : `${quoted(parent.internal)}.${quoted(attribute)}`;
  const targetField = fieldOf(model, association.targetKey);
  const otherField = fieldOf(through.model, association.otherKey);
  const inside = conditions(through.where, { prefix: quoted(throughAs), model: through.model });
  const throughWhere = isEmpty(inside) ? [] : sql` AND ${inside}`;
  const body = sql`( ${quotedTable(through.model)} AS ${quoted(throughAs)} INNER JOIN ${quotedTable(model)} AS ${quoted(as.internal)} ON ${quoted(as.internal)}.${quoted(targetField)} = ${quoted(throughAs)}.${quoted(otherField)}${throughWhere})`;
  const where = conditions(include.where, { prefix: quoted(as.internal), model });
  const key = `${source} = ${quoted(throughAs)}.${quoted(foreignField(association))}`;
  return { type: joinType(include), body, condition: isEmpty(where) ? [key] : sql`${key} AND ${where}` };
}
