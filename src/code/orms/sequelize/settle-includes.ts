import { isFalse, isTrue, member } from './datum';
import { isMulti } from './declared';
import type { Finder, Include } from './finder-types';
import { isTruthy } from './values';

/** Where a limit counts rows of the main table, what multiplies or filters them goes into or out of a subquery. */
export function settleInclude(include: Include, level: Finder | Include, top: Finder): void {
  include.hasParentRequired = level.hasParentRequired || level.isRequired;
  const isOff = isFalse(member(include.options, 'subQuery'));
  if (!isOff && level.hasDuplicating && isTruthy(top.limit)) {
    if (include.isDuplicating) {
      include.subQueryFilter = include.hasRequired;
    } else {
      include.subQuery = include.hasRequired;
      include.subQueryFilter = false;
    }
  } else if (include.isDuplicating) {
    include.subQueryFilter = include.subQuery;
  } else {
    include.subQueryFilter = false;
    include.subQuery ||= include.hasParentRequired && include.hasRequired && !include.isSeparate;
  }
  if (isMulti(include.association) || include.hasMultiAssociation) level.hasMultiAssociation = true;
  if (!isMulti(include.association) || include.hasSingleAssociation) level.hasSingleAssociation = true;
}

export function settleSubQuery(finder: Finder): void {
  const given = member(finder.options, 'subQuery');
  if (given !== undefined) {
    finder.subQuery = isTrue(given);
  } else if (finder.include.length === 0) {
    finder.subQuery = false;
  } else {
    const isLimited = isTruthy(finder.limit);
    finder.subQuery = isLimited && finder.include.some((each) => each.subQuery || each.hasDuplicating);
  }
}
