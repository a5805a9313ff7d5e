import { entry, entryNames, isObject, oneOrMany, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Place, Tracer } from '../../resolve/origin';
import { flagAt, optional, propertyNamed, returned } from '../support/program-values';
import { type ColumnDeclaration, type Declaration, declarationKey, type RelationDeclaration } from './declaration';
import { readOrder } from './decorated-class';
import type { EntityColumn, RelationKind } from './entity';
import { exportedName } from './program';

/** Reads the options of `new EntitySchema({ name: 'Post', columns: { … }, relations: { … } })`. */
export function readEntitySchema(options: Value | undefined, at: Place, tracer: Tracer): Declaration | undefined {
  if (!isObject(options)) return undefined;
  const target = entry(options, 'target');
  const origin = target === undefined ? undefined : tracer.trace(target, at);
  const name = stringOf(entry(options, 'name')) ?? (origin?.kind === 'class' ? origin.class.name : undefined);
  if (name === undefined) return undefined;
  const columns = entry(options, 'columns');
  const relations = entry(options, 'relations');
  return {
    name,
    ...optional('table', stringOf(entry(options, 'tableName'))),
    ...optional('schema', stringOf(entry(options, 'schema'))),
    orderBy: readOrder(entry(options, 'orderBy')),
    columns: isObject(columns) ? entryNames(columns).map((each) => column(each, entry(columns, each))) : [],
    relations: isObject(relations)
      ? entryNames(relations).map((each) => relation(each, entry(relations, each), at, tracer))
      : [],
    embeddeds: [],
    uri: origin?.kind === 'class' ? origin.file.uri : at.file.uri,
    range: origin?.kind === 'class' ? origin.class.nameRange : options.range,
    notes: entry(options, 'embeddeds') === undefined ? [] : ['The embedded columns of the schema are not included.'],
  };
}

const roles: Readonly<Record<string, EntityColumn['role']>> = {
  createDate: 'create date',
  updateDate: 'update date',
  deleteDate: 'delete date',
  version: 'version',
};

function column(property: string, options: Value | undefined): ColumnDeclaration {
  const type = entry(options, 'type');
  const generated = entry(options, 'generated');
  const strategy = stringOf(generated) ?? 'increment';
  const role = Object.keys(roles).find((each) => flagAt(options, each) === true);
  return {
    path: property,
    property,
    ...optional('name', stringOf(entry(options, 'name'))),
    prefixes: [],
    ...optional('type', stringOf(type)),
    isPrimary: flagAt(options, 'primary') === true,
    ...(generated === undefined || flagAt(options, 'generated') === false
      ? {}
      : { generated: strategy === 'increment' || strategy === 'uuid' ? strategy : 'other' }),
    isSelected: flagAt(options, 'select') !== false,
    isInserted: flagAt(options, 'insert') !== false,
    isUpdated: flagAt(options, 'update') !== false,
    isNullable: flagAt(options, 'nullable') === true,
    ...optional('default', entry(options, 'default')),
    ...optional('role', role === undefined ? undefined : roles[role]),
    range: options?.range ?? { start: 0, end: 0 },
  };
}

function relation(property: string, options: Value | undefined, at: Place, tracer: Tracer): RelationDeclaration {
  const joinColumn = entry(options, 'joinColumn');
  const joinTable = entry(options, 'joinTable');
  const named = (value: Value) => ({
    ...optional('name', stringOf(entry(value, 'name'))),
    ...optional('referenced', stringOf(entry(value, 'referencedColumnName'))),
  });
  const columns = (one: string, many: string) =>
    [...oneOrMany(entry(joinTable, one)), ...oneOrMany(entry(joinTable, many))].map(named);
  return {
    path: property,
    property,
    prefixes: [],
    kind: (stringOf(entry(options, 'type')) ?? 'many-to-one') as RelationKind,
    target: target(entry(options, 'target'), at, tracer),
    ...optional('inverse', propertyNamed(entry(options, 'inverseSide'))),
    isNullable: flagAt(options, 'nullable') !== false,
    isPrimary: flagAt(options, 'primary') === true,
    isEager: flagAt(options, 'eager') === true,
    isLazy: flagAt(options, 'lazy') === true,
    ...(joinColumn === undefined ? {} : { joinColumns: oneOrMany(joinColumn).map(named) }),
    ...(joinTable === undefined || flagAt(options, 'joinTable') === false
      ? {}
      : {
          joinTable: {
            ...optional('name', stringOf(entry(joinTable, 'name'))),
            ...optional('schema', stringOf(entry(joinTable, 'schema'))),
            joinColumns: columns('joinColumn', 'joinColumns'),
            inverseJoinColumns: columns('inverseJoinColumn', 'inverseJoinColumns'),
          },
        }),
    range: options?.range ?? { start: 0, end: 0 },
  };
}

function target(value: Value | undefined, at: Place, tracer: Tracer): RelationDeclaration['target'] {
  if (value === undefined) return undefined;
  const given = value.kind === 'function' ? returned(value, at) : { value, at };
  const name = stringOf(given?.value);
  if (name !== undefined || given === undefined) return name === undefined ? undefined : { name };
  const origin = tracer.trace(given.value, given.at);
  if (origin.kind === 'class') return { key: declarationKey(origin.file.uri, origin.class.nameRange) };
  const isSchema = origin.kind === 'instance' && exportedName(origin.of) === 'EntitySchema';
  const schemaName = isSchema ? stringOf(entry(origin.arguments?.[0], 'name')) : undefined;
  return schemaName === undefined ? undefined : { name: schemaName };
}
