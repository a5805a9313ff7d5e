import { entryOf, isTrue, stringOf } from '../../code/facts/value-access';
import type { Link, ObjectValue, Value } from '../../code/facts/values';
import type { DocumentEdit } from '../../nouns/fix';
import { addArgument, addElement, addEntry, alone, quoted } from '../object-edit';
import { hasBareSql } from './bare-names';
import type { EagerLoader, OuterCall } from './loader';
import { callLink, isWrittenIn, ownOptions } from './outer-link';

/** `Post.findAll({ where, include: ['author'] })`, `include: [{ association: 'comments', include: ['author'] }]` */
export const sequelizeLoader: EagerLoader = {
  library: 'sequelize',
  word: 'include',
  isNested: true,
  load(outer) {
    const { source, place, path } = outer;
    const link = callLink(place);
    if (!link || !/^(?:findAll|findAndCountAll|findOne|findByPk)$/.test(link.name)) return undefined;
    const options = ownOptions(link, link.name === 'findByPk' ? 1 : 0);
    const text = includeText(outer, link);
    if (!options || text === undefined) return undefined;
    if (options === 'none')
      return path.length > 0 ? undefined : alone(addArgument(source, link, `{ include: [${text}] }`));
    // Rows without methods would come flat; `group` wants each column named.
    if (isTrue(entryOf(options, 'raw')?.value) || entryOf(options, 'group') || hasBareSql([options])) return undefined;
    return included(outer, link, options, path, text);
  },
};

/**
 * `'author'`; with `required: false` where a scope of the target would leave out the row itself, and by a query of its own where
 * joined rows would be counted, or multiplied by those of another list.
 */
function includeText({ source, place, association, target, path }: OuterCall, link: Link): string | undefined {
  const name = quoted(source, association.name);
  const isMany = /Many$/.test(association.kind);
  const isAside = link.name === 'findAndCountAll' || place.orm?.loads.some((load) => isListOf(place, load.path));
  if (isMany && isAside && path.length === 0)
    return association.kind === 'hasMany' ? `{ association: ${name}, separate: true }` : undefined;
  return target?.hasDefaultCondition ? `{ association: ${name}, required: false }` : name;
}

function isListOf({ orm }: OuterCall['place'], path: string): boolean {
  return /Many$/.test(orm?.model?.associations.find(({ name }) => name === path)?.kind ?? '');
}

/** `attributes: ['id', 'title']`: without the key nothing was found for the row. */
function hasKey({ association, model }: OuterCall, options: ObjectValue): boolean {
  const attributes = entryOf(options, 'attributes')?.value;
  if (attributes === undefined) return true;
  const columns = association.kind === 'belongsTo' ? association.foreignKey : association.referenced;
  const keys = columns.map((key) => model.columns.find(({ column }) => column === key)?.property ?? key);
  if (attributes.kind === 'array') {
    const names = attributes.elements.map(({ value }) => stringOf(value));
    return !attributes.open && keys.every((key) => names.includes(key));
  }
  const excluded = entryOf(attributes, 'exclude')?.value;
  return (
    attributes.kind === 'object' &&
    (excluded === undefined ||
      (excluded.kind === 'array' &&
        excluded.elements.every(({ value }) => !keys.includes(stringOf(value) ?? keys[0] ?? ''))))
  );
}

/** Into `include` of these options, or of those of an association in it. */
function included(
  outer: OuterCall,
  link: Link,
  options: ObjectValue,
  [first, ...rest]: readonly string[],
  name: string,
): readonly DocumentEdit[] | undefined {
  const { source } = outer;
  const include = entryOf(options, 'include')?.value;
  if (include && !isWrittenIn(link, include)) return undefined;
  if (first !== undefined) {
    const all =
      include?.kind === 'array' ? (include.open ? [] : include.elements.map(({ value }) => value)) : [include];
    const found = all.filter((one) => nameOf(one) === first);
    const [only] = found;
    if (!only || found.length > 1) return undefined;
    if (only.kind === 'object') return included(outer, link, only, rest, name);
    const newText = `{ association: ${source.slice(only.range.start, only.range.end)}, include: [${name}] }`;
    return rest.length > 0 ? undefined : [{ range: only.range, newText }];
  }
  if (!hasKey(outer, options)) return undefined;
  if (include === undefined) return alone(addEntry(source, options, `include: [${name}]`));
  if (include.kind === 'array') return alone(addElement(source, include, name));
  const isOne = include.kind === 'literal' || include.kind === 'object' || isModel(include);
  const text = source.slice(include.range.start, include.range.end);
  return isOne ? [{ range: include.range, newText: `[${text}, ${name}]` }] : undefined;
}

/** `'comments'`, `{ association: 'comments' }`, `{ model: Comment, as: 'comments' }` */
function nameOf(include: Value | undefined): string | undefined {
  return (
    stringOf(include) ?? stringOf(entryOf(include, 'association')?.value) ?? stringOf(entryOf(include, 'as')?.value)
  );
}

/** `User`, `models.User`; any other name may hold a list. */
function isModel(value: Value): boolean {
  if (value.kind !== 'chain' || value.links.some((link) => link.arguments)) return false;
  return /^[A-Z]/.test(value.links.at(-1)?.name ?? String(value.root));
}
