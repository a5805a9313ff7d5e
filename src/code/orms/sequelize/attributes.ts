import { entry, entryOf, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';
import { dataTypeOf, isDataType } from './data-types';
import type { Attribute, ModelOptions, SequelizeModel } from './declared';
import type { Entries } from './entries';
import { columnName } from './names';

/** The attributes of an object `{ title: DataTypes.STRING, authorId: { type: DataTypes.INTEGER, field: 'author' } }`. */
export function attributesIn({ entries }: Entries, isUnderscored: boolean): Attribute[] {
  return entries.flatMap(({ key, value, keyRange, at }) =>
    typeof key === 'string' ? [{ ...attributeOf(key, value, at, isUnderscored), range: keyRange }] : [],
  );
}

export function attributeOf(name: string, value: Value, at: Place, isUnderscored: boolean): Attribute {
  const options = isDataType(value) ? undefined : value;
  const defaultValue = entry(options, 'defaultValue');
  const unique = entry(options, 'unique');
  const constraint = stringOf(unique) ?? stringOf(entry(unique, 'name'));
  return {
    name,
    field: stringOf(entry(options, 'field')) ?? columnName(name, isUnderscored),
    type: dataTypeOf(options ? entry(options, 'type') : value),
    isPrimaryKey: isTrue(entry(options, 'primaryKey')),
    isAutoIncrement: isTrue(entry(options, 'autoIncrement')) || isTrue(entry(options, 'autoIncrementIdentity')),
    ...(defaultValue ? { default: { value: defaultValue, at } } : {}),
    ...(constraint !== undefined
      ? { unique: constraint }
      : isTrue(unique) || unique?.kind === 'object'
        ? { unique: true }
        : {}),
    ...(entry(options, 'get') ? { hasGetter: true } : {}),
    isAdded: false,
  };
}

/** id where no attribute is the primary key, and the timestamps. */
export function addDefaultAttributes(model: SequelizeModel): void {
  const { options, attributes } = model;
  if (![...attributes.values()].some((each) => each.isPrimaryKey)) {
    const own = [...attributes];
    attributes.clear();
    attributes.set('id', added('id', 'INTEGER', 'INTEGER', options, true));
    for (const [name, attribute] of own) attributes.set(name, attribute);
  }
  for (const name of [options.createdAt, options.updatedAt, options.deletedAt]) {
    if (name === undefined || attributes.has(name)) continue;
    attributes.set(name, added(name, 'DATE', 'TIMESTAMP WITH TIME ZONE', options, false));
  }
  const { version } = options;
  if (version !== undefined && !attributes.has(version)) {
    attributes.set(version, added(version, 'INTEGER', 'INTEGER', options, false));
  }
}

function added(name: string, type: string, sql: string, options: ModelOptions, isPrimaryKey: boolean): Attribute {
  return {
    name,
    field: columnName(name, options.isUnderscored),
    type: { name: type, sql },
    isPrimaryKey,
    isAutoIncrement: isPrimaryKey,
    isAdded: true,
  };
}

/** Whether an object's entry is there and not `undefined`. */
export function has(object: Value | undefined, name: string): boolean {
  return entryOf(object, name) !== undefined;
}
