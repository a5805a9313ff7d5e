import {
  absent,
  and,
  constant,
  type Datum,
  type Dict,
  dict,
  isFalse,
  isSqlMethod,
  isTrue,
  member,
  op,
  textOf,
} from './datum';
import { type Association, fieldOf, isMulti, isVirtual, primaryKeys, type SequelizeModel } from './declared';
import type { Evaluator } from './evaluate';
import { mapConditions } from './field-names';
import { associationOf, expandAll } from './includes';
import { defaultScope, withScope } from './scopes';
import { isTruthy } from './values';

/** What is selected: an attribute, a column (or SQL) under another name, or SQL without a name. */
export type Selected = string | { readonly of: string | Datum; readonly as: string } | { readonly sql: Datum };

const mostIncludes = 60;

export const unknownInclude = 'Some includes are not known: they are left out.';

interface Level {
  readonly model: SequelizeModel;
  where?: Datum | undefined;
  include: Include[];
  hasDuplicating: boolean;
  hasRequired: boolean;
  hasMultiAssociation: boolean;
  hasSingleAssociation: boolean;
  hasParentRequired: boolean;
  isRequired: boolean;
}

/** The options of a find as `_validateIncludedElements` and its like leave them. */
export interface Finder extends Level {
  attributes?: Selected[] | undefined;
  /** As the program wrote it, with names of attributes. */
  readonly options: Dict;
  readonly limit?: Datum | undefined;
  readonly offset?: Datum | undefined;
  subQuery: boolean;
  /** Of a count: joins are made and nothing is read from them. */
  readonly ignoresIncluded: boolean;
  readonly tableAs?: string;
}

export interface Include extends Level {
  readonly association: Association;
  readonly as: string;
  attributes: Selected[];
  readonly options: Dict;
  /** undefined for the outermost. */
  readonly parent: Include | undefined;
  readonly top: Finder;
  readonly isSeparate: boolean;
  isDuplicating: boolean;
  subQuery: boolean;
  subQueryFilter: boolean;
  readonly through?: Through;
}

export interface Through {
  readonly model: SequelizeModel;
  readonly as: string;
  readonly attributes: Selected[];
  where?: Datum | undefined;
}

export interface FinderNotes {
  add(note: string): void;
}

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

/** For count, sum and their like: the attributes are given, and what is included is joined only. */
export function aggregateFinder(
  model: SequelizeModel,
  given: Dict,
  scope: Dict | undefined,
  evaluator: Evaluator,
  notes: FinderNotes,
  attributes: readonly Selected[],
  ignoresIncluded: boolean,
): Finder {
  const own = member(given, 'attributes');
  const scopedOptions = withScope(model, given, scope ?? defaultScope(model, evaluator));
  const entries = [...scopedOptions.entries, ['attributes', own ?? absent] as const];
  const options = expandAll(dict(entries, scopedOptions), model);
  const isRaw = isTrue(member(options, 'raw'));
  const finder = { ...newFinder(model, options, [...attributes]), ignoresIncluded };
  addIncludes(finder, undefined, finder, options, { evaluator, notes, isRaw, budget: { left: mostIncludes } });
  settleSubQuery(finder);
  finder.attributes = selectedFields(finder.attributes ?? [], model, false);
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

/** `['id', ['title', 'headline'], [fn('count', col('id')), 'n']]`, `{ exclude: ['body'] }`; undefined: all. */
export function attributesOf(
  given: Datum | undefined,
  model: SequelizeModel,
  notes: FinderNotes,
): Selected[] | undefined {
  if (given === undefined) return undefined;
  if (given.kind === 'list') {
    if (given.isOpen) notes.add('More columns may be selected at run time.');
    const selected = given.items.map(selectedOf).filter((each) => each !== undefined);
    return selected.length === 0 && given.isOpen ? undefined : selected;
  }
  if (given.kind !== 'dict') {
    notes.add('The columns are chosen at run time: all are shown.');
    return undefined;
  }
  const excluded = member(given, 'exclude');
  const names = excluded?.kind === 'list' ? excluded.items.map(textOf) : [];
  const included = member(given, 'include');
  const added = included?.kind === 'list' ? included.items.map(selectedOf).filter((each) => each !== undefined) : [];
  return [...[...model.attributes.keys()].filter((name) => !names.includes(name)), ...added];
}

function selectedOf(item: Datum): Selected | undefined {
  const name = textOf(item);
  if (name !== undefined) return name;
  if (isSqlMethod(item)) return { sql: item };
  if (item.kind !== 'list') return undefined;
  const [of, as] = item.items;
  const alias = textOf(as);
  if (of === undefined || alias === undefined) return undefined;
  return { of: textOf(of) ?? of, as: alias };
}

/** Virtual attributes are left out (what they are made of comes in), the others get their columns. */
export function selectedFields(selected: readonly Selected[], model: SequelizeModel, dropsVirtual = true): Selected[] {
  const needed = selected.flatMap((each) =>
    typeof each === 'string' && isVirtual(model, each) ? (model.attributes.get(each)?.type.fields ?? []) : [],
  );
  const all = dropsVirtual ? unique([...selected, ...needed]) : [...selected];
  return all
    .filter((each) => !dropsVirtual || typeof each !== 'string' || !isVirtual(model, each))
    .map((each) => {
      if (typeof each !== 'string') return each;
      const field = fieldOf(model, each);
      return model.attributes.has(each) && field !== each ? { of: field, as: each } : each;
    });
}

function unique(selected: readonly Selected[]): Selected[] {
  return selected.filter((each, i) => typeof each !== 'string' || selected.indexOf(each) === i);
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
      validating.notes.add('Scopes include each other without end.');
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

function hasName(selected: readonly Selected[], name: string): boolean {
  return selected.some(
    (each) => each === name || (typeof each === 'object' && 'as' in each && (each.as === name || each.of === name)),
  );
}

function withPrimaryKeys(selected: Selected[], model: SequelizeModel): Selected[] {
  if (selected.length === 0) return selected;
  const missing = primaryKeys(model).filter((key) => {
    const field = fieldOf(model, key);
    return !selected.some((each) =>
      field === key ? each === key : typeof each === 'object' && 'as' in each && each.of === field && each.as === key,
    );
  });
  return [...missing.reverse(), ...selected];
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
    attributes: selectedFields(own ?? [...model.attributes.keys()], model),
    where: mapConditions(where, model),
  };
}

/** Where a limit counts rows of the main table, what multiplies or filters them goes into or out of a subquery. */
function settleInclude(include: Include, level: Finder | Include, top: Finder): void {
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

function settleSubQuery(finder: Finder): void {
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

/** `deletedAt IS NULL` on every paranoid model, unless `paranoid: false`. */
export function applyParanoid(level: Finder | Include, options: Dict): void {
  for (const include of level.include) {
    if (include.through) {
      const through = member(include.options, 'through');
      include.through.where = paranoidCondition(include.through.model, include.through.where, through);
    }
    applyParanoid(include, include.options);
  }
  level.where = paranoidCondition(level.model, level.where, options);
}

export function paranoidCondition(
  model: SequelizeModel,
  where: Datum | undefined,
  options: Datum | undefined,
): Datum | undefined {
  const { deletedAt, isParanoid, hasTimestamps } = model.options;
  if (!isParanoid || !hasTimestamps || deletedAt === undefined || isFalse(member(options, 'paranoid'))) return where;
  const isThere = dict([[fieldOf(model, deletedAt), dict([[op('eq'), constant(null)]])]]);
  const isNothing = where?.kind === 'dict' && where.entries.size === 0 && !where.isOpen;
  return isNothing ? isThere : and(isThere, where ?? absent);
}
