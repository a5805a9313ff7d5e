import type { TextRange } from '../../../nouns/text-range';
import { entry, isFalse, isTrue, settledEntries, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';
import { addDefaultAttributes } from './attributes';
import type { Attribute, ModelOptions, SequelizeModel, Sourced } from './declared';
import { columnName, pluralOf, singularOf } from './names';

/** An option of the model, or of `define` of the connection where the model does not say it. */
export class Options {
  constructor(
    readonly own: Value | undefined,
    readonly at: Place,
    readonly shared?: Sourced,
    /** `schema` of the connection itself. */
    readonly schema?: string,
  ) {}

  get(name: string): Value | undefined {
    return this.sourced(name)?.value;
  }

  sourced(name: string): Sourced | undefined {
    const own = entry(this.own, name);
    if (own !== undefined) return { value: own, at: this.at };
    const shared = entry(this.shared?.value, name);
    return shared && this.shared && { value: shared, at: this.shared.at };
  }

  text(name: string): string | undefined {
    return stringOf(this.get(name));
  }
}

export function modelOptions(options: Options): ModelOptions {
  const hasTimestamps = !isFalse(options.get('timestamps'));
  const isParanoid = isTrue(options.get('paranoid'));
  const timestamp = (name: string): string | undefined =>
    isFalse(options.get(name)) ? undefined : (options.text(name) ?? name);
  const version = options.get('version');
  const schema = options.text('schema') ?? options.schema;
  return {
    isUnderscored: isTrue(options.get('underscored')),
    isParanoid,
    hasTimestamps,
    ...optional('createdAt', hasTimestamps ? timestamp('createdAt') : undefined),
    ...optional('updatedAt', hasTimestamps ? timestamp('updatedAt') : undefined),
    ...optional('deletedAt', hasTimestamps && isParanoid ? timestamp('deletedAt') : undefined),
    ...optional('version', isTrue(version) ? 'version' : stringOf(version)),
    ...optional('schema', schema),
    mergesWhere: options.text('whereMergeStrategy') === 'and',
  };
}

function optional<K extends string>(key: K, value: string | undefined): { readonly [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: string });
}

export interface Declaration {
  readonly name: string;
  readonly options: Options;
  readonly attributes: readonly Attribute[];
  readonly uri: string;
  readonly range: TextRange;
  readonly isIncomplete: boolean;
  readonly infersAlias: boolean;
}

/** The model with the names that Sequelize gives to what the declaration leaves open. */
export function modelOf(declaration: Declaration): SequelizeModel {
  const { name, options, attributes, uri, range, isIncomplete, infersAlias } = declaration;
  const settled = modelOptions(options);
  const named = options.get('name');
  const plural = stringOf(entry(named, 'plural')) ?? pluralOf(name);
  const isFrozen = isTrue(options.get('freezeTableName'));
  const table = options.text('tableName') ?? (isFrozen ? name : columnName(pluralOf(name), settled.isUnderscored));
  const defaultScope = options.sourced('defaultScope');
  const model: SequelizeModel = {
    name,
    plural,
    singular: stringOf(entry(named, 'singular')) ?? singularOf(name),
    table,
    ...(settled.schema === undefined ? {} : { schema: settled.schema }),
    options: settled,
    attributes: new Map(attributes.map((each) => [each.name, each])),
    associations: new Map(),
    scopes: new Map(),
    uniqueIndexes: uniqueIndexes(options.get('indexes')),
    hooks: new Set(names(options.get('hooks'))),
    isIncomplete,
    infersAlias,
    uri,
    range,
  };
  if (defaultScope) model.defaultScope = defaultScope;
  const scopes = options.sourced('scopes');
  if (scopes?.value.kind === 'object') {
    for (const { key, value } of settledEntries(scopes.value)) {
      if (typeof key === 'string') model.scopes.set(key, { value, at: scopes.at });
    }
  }
  addDefaultAttributes(model);
  return model;
}

function names(object: Value | undefined): string[] {
  if (object?.kind !== 'object') return [];
  return settledEntries(object).flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
}

/** `indexes: [{ unique: true, fields: ['slug'] }]` → [['slug']] */
function uniqueIndexes(value: Value | undefined): (readonly string[])[] {
  if (value?.kind !== 'array') return [];
  return value.elements.flatMap(({ value: index }) => {
    const isUnique = isTrue(entry(index, 'unique')) || stringOf(entry(index, 'type'))?.toLowerCase() === 'unique';
    const fields = entry(index, 'fields');
    if (!isUnique || fields?.kind !== 'array' || entry(index, 'where')) return [];
    const columns = fields.elements.map((each) => stringOf(each.value) ?? stringOf(entry(each.value, 'name')));
    return [columns.filter((column) => column !== undefined)];
  });
}
