import { qualifiedName, quoteIdentifier } from '../../../sql/identifiers';
import type { ScalarField, SchemaModel } from './schema';

export function tableName(model: SchemaModel): string {
  return qualifiedName(model.schema, model.table);
}

/** `"Post".title`; of an alias likewise. */
export function columnOf(qualifier: string, field: ScalarField | string): string {
  return `${quoteIdentifier(qualifier)}.${quoteIdentifier(typeof field === 'string' ? field : field.column)}`;
}

/** Where only one table can be meant: in INSERT and SET. */
export function bareColumn(field: ScalarField): string {
  return quoteIdentifier(field.column);
}

/** `users.id`, `(a.x, a.y)` for a key of several columns. */
export function columnsOf(qualifier: string, fields: readonly ScalarField[]): string {
  const names = fields.map((field) => columnOf(qualifier, field));
  return names.length === 1 ? (names[0] ?? '') : `(${names.join(', ')})`;
}

export function enumName(field: ScalarField): string | undefined {
  return field.enum && qualifiedName(field.enum.schema, field.enum.name);
}

/** How a column is selected: an enum's as text. */
export function selected(qualifier: string, field: ScalarField): string {
  const name = columnOf(qualifier, field);
  return field.enum ? `${name}::text${field.isList ? '[]' : ''}` : name;
}
