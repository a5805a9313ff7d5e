import { type SqlText, sql } from '../support/sql-text';
import { and, constant, type Datum, dict } from './datum';
import { type Association, fieldOf, foreignField, primaryKey } from './declared';
import type { Finder, Include } from './finder-types';
import { quoted } from './quote';
import { selectQuery } from './select';

/**
 * Where a limit counts rows of the main table, and an include of many is required: the main table's rows are those that have one.
 * `(SELECT "post_id" FROM "comments" AS "Comments" WHERE … AND "Comments"."post_id" = "Post"."id" LIMIT 1) IS NOT NULL`
 */
export function existsFilter(include: Include, finder: Finder): SqlText | undefined {
  if (!finder.subQuery || !include.subQueryFilter) return undefined;
  let top: Include = { ...include, include: requiredOf(include) };
  for (let parent = include.parent; parent !== undefined; parent = parent.parent) {
    if (!parent.isRequired || parent.subQueryFilter) return undefined;
    top = { ...parent, include: [top] };
  }
  const query = top.through ? throughQuery(top, finder) : plainQuery(top, finder);
  return sql`( ${query} ) IS NOT NULL`;
}

function requiredOf(include: Include): Include[] {
  return include.include.filter((each) => each.isRequired).map((each) => ({ ...each, include: requiredOf(each) }));
}

function plainQuery(top: Include, finder: Finder): SqlText {
  const { association, model } = top;
  const isBelongsTo = association.kind === 'belongsTo';
  const source = isBelongsTo ? foreignField(association) : fieldOf(association.source, association.sourceKey);
  const target = isBelongsTo ? fieldOf(model, primaryKey(model)) : foreignField(association);
  const outer = finder.tableAs ?? finder.model.name;
  const join = `${quoted(top.as)}.${quoted(target)} = ${quoted(outer)}.${quoted(source)}`;
  const where = and(...(top.where ? [top.where] : []), { kind: 'literal', text: [join] });
  return selectQuery({ ...existence(top, where, target), include: unparented(top.include), tableAs: top.as });
}

function throughQuery(top: Include, finder: Finder): SqlText {
  const { association, through } = top;
  if (!through) return [];
  const key = fieldOf(through.model, primaryKey(through.model));
  const outer = finder.model;
  const join = `${quoted(outer.name)}.${quoted(fieldOf(outer, primaryKey(outer)))} = ${quoted(through.model.name)}.${quoted(foreignField(association))}`;
  const where = and({ kind: 'literal', text: [join] }, ...(through.where ? [through.where] : []));
  const toTarget: Association = {
    ...association,
    kind: 'belongsTo',
    as: association.target.singular,
    source: through.model,
    foreignKey: association.otherKey,
    targetKey: primaryKey(association.target),
  };
  const { through: _, ...plain } = { ...toTarget };
  const { through: __, ...target } = top;
  const joinedTarget: Include = {
    ...target,
    association: plain,
    as: plain.as,
    parent: undefined,
    isRequired: true,
    include: top.include,
  };
  const finderOfThrough = { ...existence(top, where, key), model: through.model };
  return selectQuery({ ...finderOfThrough, include: [joinedTarget].map((each) => reparented(each, undefined)) });
}

function existence(top: Include, where: Datum, column: string): Finder {
  return {
    ...top,
    options: dict([]),
    attributes: [column],
    where,
    include: [],
    limit: constant(1),
    subQuery: false,
    ignoresIncluded: true,
  };
}

function unparented(includes: readonly Include[]): Include[] {
  return includes.map((each) => reparented(each, undefined));
}

function reparented(include: Include, parent: Include | undefined): Include {
  const own: Include = { ...include, parent };
  return { ...own, include: include.include.map((each) => reparented(each, own)) };
}
