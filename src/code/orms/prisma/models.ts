import type { Association, Model, ModelColumn } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { modelOf, type RelationField, readSchemas, type ScalarField, type Schema, type SchemaModel } from './schema';

/** What a model of Prisma's carries for its own library: the schema that it is declared in, resolved. */
export interface PrismaDetails {
  readonly model: SchemaModel;
  readonly schema: ResolvedSchema;
}

export interface ResolvedSchema {
  readonly models: ReadonlyMap<string, SchemaModel>;
  readonly previewFeatures: ReadonlySet<string>;
  /** Folders that clients are generated into. */
  readonly outputs: readonly string[];
}

export function detailsOf(model: Model): PrismaDetails | undefined {
  return model.details as PrismaDetails | undefined;
}

export function readModels(tracer: Tracer): Model[] {
  return readSchemas(tracer.files.values()).flatMap((schema) => modelsOf(schema));
}

function modelsOf(schema: Schema): Model[] {
  const models = new Map([...schema.models].map(([name, declared]) => [name, modelOf(declared, schema)]));
  const { previewFeatures, outputs } = schema;
  const resolved: ResolvedSchema = { models, previewFeatures, outputs };
  return [...models.values()].map((model): Model => {
    const details: PrismaDetails = { model, schema: resolved };
    return {
      library: 'prisma',
      name: model.name,
      schema: model.schema,
      table: model.table,
      columns: scalarsOf(model).map((field) => columnOf(field, model)),
      associations: relationsOf(model).flatMap((field) => associationOf(field, model, models) ?? []),
      uri: model.uri,
      range: model.nameRange,
      details: { ...details },
    };
  });
}

export function scalarsOf(model: SchemaModel): ScalarField[] {
  return [...model.fields.values()].filter((field) => field.kind === 'scalar');
}

export function relationsOf(model: SchemaModel): RelationField[] {
  return [...model.fields.values()].filter((field) => field.kind === 'relation');
}

function columnOf(field: ScalarField, model: SchemaModel): ModelColumn {
  return {
    property: field.name,
    column: field.column,
    type: typeOf(field),
    ...(model.primaryKey.includes(field.name) && { isPrimaryKey: true as const }),
    ...(field.default?.by === 'database' && { isGenerated: true as const }),
    range: field.range,
  };
}

/** Prisma's own choice for PostgreSQL where no `@db.…` says another. */
const types: Readonly<Record<string, string>> = {
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  Decimal: 'numeric(65,30)',
  String: 'text',
  Boolean: 'boolean',
  DateTime: 'timestamp(3)',
  Json: 'jsonb',
  Bytes: 'bytea',
};

export function typeOf(field: ScalarField): string {
  const { native } = field;
  const length = native && native.arguments.length > 0 ? `(${native.arguments.join(',')})` : '';
  const name = native ? `${nativeTypes[native.name] ?? native.name.toLowerCase()}${length}` : types[field.type];
  return `${name ?? (field.enum ? `"${field.enum.schema}"."${field.enum.name}"` : field.type)}${field.isList ? '[]' : ''}`;
}

const nativeTypes: Readonly<Record<string, string>> = {
  DoublePrecision: 'double precision',
  Integer: 'integer',
  JsonB: 'jsonb',
  ByteA: 'bytea',
};

/** How two models hang together, seen from the one that has the field. Columns, in pairs. */
export interface Relation {
  readonly field: RelationField;
  readonly from: SchemaModel;
  readonly to: SchemaModel;
  /** 'here': this model's table holds the key. */
  readonly key: 'here' | 'there' | 'join table';
  /** Of `from` (for a join table: the referenced id). */
  readonly own: readonly ScalarField[];
  /** Of `to`. */
  readonly other: readonly ScalarField[];
  readonly joinTable?: {
    readonly schema: string;
    readonly table: string;
    readonly own: 'A' | 'B';
    readonly other: 'A' | 'B';
  };
}

/** undefined where the schema does not say it, as in a file that is half typed. */
export function relationOf(
  field: RelationField,
  from: SchemaModel,
  models: ReadonlyMap<string, SchemaModel>,
): Relation | undefined {
  const to = models.get(field.target);
  if (to === undefined) return undefined;
  if (field.fields.length > 0) return withKey('here', field, from, to, field.fields, field.references);
  const opposite = relationsOf(to).find(
    (each) =>
      each.target === from.name && each.relation === field.relation && !(to === from && each.name === field.name),
  );
  if (opposite === undefined) return undefined;
  if (opposite.fields.length > 0) return withKey('there', field, from, to, opposite.references, opposite.fields);
  if (!field.isList || !opposite.isList) return undefined;
  // The join table's column A is of the model whose name comes first; of a model with itself, of the field that does.
  const isFirst = from.name === to.name ? field.name < opposite.name : from.name < to.name;
  const joinTable = {
    schema: from.schema,
    table: `_${field.relation || [from.name, to.name].sort().join('To')}`,
    own: isFirst ? ('A' as const) : ('B' as const),
    other: isFirst ? ('B' as const) : ('A' as const),
  };
  const relation = withKey('there', field, from, to, from.primaryKey, to.primaryKey);
  return relation && { ...relation, key: 'join table', joinTable };
}

function withKey(
  key: 'here' | 'there',
  field: RelationField,
  from: SchemaModel,
  to: SchemaModel,
  own: readonly string[],
  other: readonly string[],
): Relation | undefined {
  const ownFields = own.flatMap((name) => scalar(from, name) ?? []);
  const otherFields = other.flatMap((name) => scalar(to, name) ?? []);
  if (ownFields.length === 0 || ownFields.length !== own.length || otherFields.length !== ownFields.length)
    return undefined;
  return { field, from, to, key, own: ownFields, other: otherFields };
}

/** The fields of the primary key. */
export function keyOf(model: SchemaModel): ScalarField[] {
  return model.primaryKey.flatMap((name) => scalar(model, name) ?? []);
}

export function scalar(model: SchemaModel, name: string): ScalarField | undefined {
  const field = model.fields.get(name);
  return field?.kind === 'scalar' ? field : undefined;
}

function associationOf(
  field: RelationField,
  model: SchemaModel,
  models: ReadonlyMap<string, SchemaModel>,
): Association | undefined {
  const relation = relationOf(field, model, models);
  if (relation === undefined) return undefined;
  const { to, joinTable } = relation;
  const common = { name: field.name, target: to.name, targetUri: to.uri, range: field.range };
  const own = relation.own.map(({ column }) => column);
  const other = relation.other.map(({ column }) => column);
  if (joinTable) {
    const { schema, table } = joinTable;
    const through = { schema, table, otherKey: [joinTable.other], otherReferenced: other };
    return { ...common, kind: 'belongsToMany', foreignKey: [joinTable.own], referenced: own, through };
  }
  if (relation.key === 'here') {
    return {
      ...common,
      kind: 'belongsTo',
      foreignKey: own,
      referenced: other,
      ...(field.isOptional && { isNullable: true }),
    };
  }
  return {
    ...common,
    kind: field.isList ? 'hasMany' : 'hasOne',
    foreignKey: other,
    referenced: own,
    ...(!field.isList && { isNullable: true as const }),
  };
}
