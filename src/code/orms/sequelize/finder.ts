import { absent, and, type Datum, type Dict, dict, isFalse, isTrue, member, textOf } from './datum';
import { type Association, isMulti, primaryKeys, type SequelizeModel } from './declared';
import type { Evaluator } from './evaluate';
import { mapConditions } from './field-names';
import type { Finder, FinderNotes, Include, Selected, Through } from './finder-types';
import { associationOf, expandAll, mostIncludes } from './includes';
import { applyParanoid } from './paranoid';
import { defaultScope, withScope } from './scopes';
import { attributesOf, hasName, selectedFields, withPrimaryKeys } from './selected';
import { settleInclude, settleSubQuery } from './settle-includes';
import { isTruthy } from './values';

export const unknownInclude = 'Some includes are not known: they are left out.';

/** `findAll(options)` up to the point where its query is written. */
export function finderOf(
  model: SequelizeModel,
  given: Dict,
  scope: Dict | undefined,
  evaluator: Evaluator,
  notes: FinderNotes,
): Finder {
  const scopedOptions = withScope(model, given, scope ?? defaultScope(model, evaluator));
  const options = expandAll(scopedOptions, model);
  const isRaw = isTrue(member(options, 'raw'));
  const finder = newFinder(model, options, attributesOf(member(options, 'attributes'), model, notes));
  const validating = { evaluator, notes, isRaw, budget: { left: mostIncludes } };
  addIncludes(finder, undefined, finder, options, validating);
  settleSubQuery(finder);
  const names = finder.attributes;
  const isGrouped = isTruthy(member(options, 'group')) && finder.hasSingleAssociation && !finder.hasMultiAssociation;
  const key = primaryKeys(model)[0];
  if (finder.include.length > 0 && names && !isRaw && key !== undefined && !names.includes(key) && !isGrouped) {
    finder.attributes = [key, ...names];
  }
  finder.attributes = selectedFields(finder.attributes ?? [...model.attributes.keys()], model);
  finder.where = mapConditions(member(options, 'where'), model);
  applyParanoid(finder, options);
  return finder;
}

export interface AggregateAttributes {
  readonly chosen: readonly Selected[];
  readonly complete: (chosen: readonly Selected[]) => Selected[];
  /** Nothing is read of what is joined. */
  readonly ignoresIncluded: boolean;
}

/**
 * For count, sum and their like: what is included is joined only. `complete` adds what is counted to the attributes, after the
 * includes were looked at, since those would add keys to a list that is not empty.
 */
export function aggregateFinder(
  model: SequelizeModel,
  given: Dict,
  scope: Dict | undefined,
  evaluator: Evaluator,
  notes: FinderNotes,
  { chosen, complete, ignoresIncluded }: AggregateAttributes,
): Finder {
  const own = member(given, 'attributes');
  const scopedOptions = withScope(model, given, scope ?? defaultScope(model, evaluator));
  const entries = [...scopedOptions.entries, ['attributes', own ?? absent] as const];
  const options = expandAll(dict(entries, scopedOptions), model);
  const isRaw = isTrue(member(options, 'raw'));
  const finder = { ...newFinder(model, options, [...chosen]), ignoresIncluded };
  addIncludes(finder, undefined, finder, options, { evaluator, notes, isRaw, budget: { left: mostIncludes } });
  settleSubQuery(finder);
  finder.attributes = selectedFields(complete(finder.attributes ?? []), model, false);
  finder.where = mapConditions(member(options, 'where'), model);
  applyParanoid(finder, options);
  return finder;
}

function newFinder(model: SequelizeModel, options: Dict, attributes: Selected[] | undefined): Finder {
  return {
    model,
    options,
    attributes,
    limit: present(member(options, 'limit')),
    offset: present(member(options, 'offset')),
    subQuery: isTrue(member(options, 'subQuery')),
    ignoresIncluded: isFalse(member(options, 'includeIgnoreAttributes')),
    ...emptyLevel(),
  };
}

function emptyLevel() {
  return {
    include: [] as Include[],
    hasDuplicating: false,
    hasRequired: false,
    hasMultiAssociation: false,
    hasSingleAssociation: false,
    hasParentRequired: false,
    isRequired: false,
  };
}

function present(value: Datum | undefined): Datum | undefined {
  return value?.kind === 'constant' && value.value === null ? undefined : value;
}

interface Validating {
  /** How many includes there may be yet: default scopes can include each other. */
  readonly budget: { left: number };
  readonly evaluator: Evaluator;
  readonly notes: FinderNotes;
  readonly isRaw: boolean;
}

function addIncludes(
  level: Finder | Include,
  parent: Include | undefined,
  top: Finder,
  options: Dict,
  validating: Validating,
): void {
  const given = member(options, 'include');
  for (const each of given?.kind === 'list' ? given.items : []) {
    if (validating.budget.left-- <= 0) {
      validating.notes.add(`There are too many includes: only ${mostIncludes} are shown.`);
      return;
    }
    const include = each.kind === 'dict' ? includeOf(each, level, parent, top, validating) : undefined;
    if (include === undefined) {
      validating.notes.add(unknownInclude);
      continue;
    }
    include.hasDuplicating ||= include.isDuplicating;
    include.hasRequired ||= include.isRequired;
    level.hasDuplicating ||= include.hasDuplicating;
    level.hasRequired ||= include.isRequired;
    level.include.push(include);
  }
  for (const include of level.include) settleInclude(include, level, top);
}

function includeOf(
  given: Dict,
  level: Finder | Include,
  parent: Include | undefined,
  top: Finder,
  validating: Validating,
): Include | undefined {
  const { evaluator, notes, isRaw } = validating;
  const association = associationOf(given, level.model);
  const target = member(given, 'model');
  if (association === undefined || target?.kind !== 'model') return undefined;
  const { model } = target;
  const own = attributesOf(member(given, 'attributes'), model, notes);
  const chosen = own && (isRaw ? own : withPrimaryKeys(selectedFields(own, model), model));
  const where = mapConditions(member(given, 'where'), model);
  const withoutThose = dict(
    [...given.entries]
      .filter(([key]) => key !== 'attributes' && key !== 'where')
      .concat(where ? [['where', where]] : []),
    given,
  );
  const options = withScope(model, withoutThose, target.scope ?? defaultScope(model, evaluator));
  const attributes = chosen ?? attributesOf(member(options, 'attributes'), model, notes);
  let condition = mapConditions(member(options, 'where'), model);
  const required = member(options, 'required');
  const isRequired = required === undefined ? isTruthy(condition) : isTruthy(required);
  if (association.scope) {
    const scope = evaluator.scope(association.scope, []);
    condition = mapConditions(condition ? and(condition, scope) : scope, model);
  }
  const separate = member(options, 'separate');
  const isSeparate = separate === undefined ? isTruthy(member(options, 'limit')) : isTrue(separate);
  const include: Include = {
    ...emptyLevel(),
    model,
    association,
    as: association.as,
    options,
    parent,
    top,
    where: condition,
    isRequired,
    isSeparate: isSeparate && association.kind === 'hasMany',
    isDuplicating: isSeparate ? false : duplicates(options, association),
    attributes: selectedFields(attributes ?? [...model.attributes.keys()], model),
    subQuery: isTrue(member(options, 'subQuery')),
    subQueryFilter: false,
    ...(association.through ? { through: throughOf(association, options, evaluator, notes) } : {}),
  };
  if (include.isSeparate) addKeysOfSeparate(include, level, own !== undefined);
  if (include.through) include.hasSingleAssociation = true;
  addIncludes(include, include, top, options, validating);
  return include;
}

function duplicates(options: Dict, association: Association): boolean {
  const given = member(options, 'duplicating');
  return given === undefined ? isMulti(association) : isTrue(given);
}

/** The keys by which rows of a separate query are told apart are always read. */
function addKeysOfSeparate(include: Include, level: Finder | Include, isChosen: boolean): void {
  const { association } = include;
  if (level.attributes && level.attributes.length > 0 && !hasName(level.attributes, association.sourceKey)) {
    level.attributes.push(association.sourceKey);
  }
  if (isChosen && include.attributes.length > 0 && !hasName(include.attributes, association.foreignKey)) {
    include.attributes.push(...selectedFields([association.foreignKey], include.model));
  }
}

function throughOf(association: Association, options: Dict, evaluator: Evaluator, notes: FinderNotes): Through {
  const model = association.through?.model as SequelizeModel;
  const given = member(options, 'through');
  const own = attributesOf(member(given, 'attributes'), model, notes);
  let where = member(given, 'where');
  if (association.through?.scope) {
    const scope = evaluator.scope(association.through.scope, []);
    where = where ? and(where, scope) : scope;
  }
  return {
    model,
    as: textOf(member(given, 'as')) ?? model.name,
    attributes: own
      ? selectedFields(withPrimaryKeys(selectedFields(own, model), model), model)
      : selectedFields([...model.attributes.keys()], model),
    where: mapConditions(where, model),
  };
}
