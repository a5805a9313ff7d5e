import type { Association, Model } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { databaseTables, isDatabaseTypes, type TypedTable } from './database-types';

/** The tables that a generated `database.types.ts` has, with their foreign keys. */
export function readModels(tracer: Tracer): Model[] {
  return [...tracer.files.values()].flatMap((file) =>
    file.text !== undefined && file.languageId !== 'prisma' && isDatabaseTypes(file.text)
      ? modelsOf(file.uri, databaseTables(file.text))
      : [],
  );
}

function modelsOf(uri: string, tables: readonly TypedTable[]): Model[] {
  return tables.map((table) => ({
    library: 'supabase',
    name: table.name,
    schema: table.schema,
    table: table.name,
    columns: table.columns.map(({ name }) => ({ property: name, column: name })),
    associations: [
      ...owned(table),
      ...tables.flatMap((other) => (other.schema === table.schema ? owning(table, other) : [])),
    ],
    uri,
    range: table.range,
    details: { required: table.required },
  }));
}

function owned(table: TypedTable): Association[] {
  return table.relationships.map(({ constraint, columns, table: target, referenced }) => ({
    name: target,
    kind: 'belongsTo',
    target,
    foreignKey: columns,
    referenced,
    range: table.range,
    details: { constraint },
  }));
}

function owning(table: TypedTable, other: TypedTable): Association[] {
  return other.relationships
    .filter((relationship) => relationship.table === table.name)
    .map(({ constraint, columns, isOneToOne, referenced }) => ({
      name: other.name,
      kind: isOneToOne ? 'hasOne' : 'hasMany',
      target: other.name,
      foreignKey: columns,
      referenced,
      range: other.range,
      details: { constraint },
    }));
}
