import type { Repetition } from '../../code/calls/repetition';
import type { Association, Model, ModelColumn } from '../../code/models/model';
import type { DocumentEdit } from '../../nouns/fix';
import type { TextOf } from '../code-fixes';

/** What belongs to a row by its key, and what no model says: `post.authorId` → User. */
export interface MissingAssociation {
  /** `author` */
  readonly name: string;
  /** Of the rows. */
  readonly model: Model;
  readonly target: Model;
  /** `authorId` of the rows; `column` is undefined where the model names no columns. */
  readonly key: { readonly property: string; readonly column?: ModelColumn };
  /** The target's primary key. */
  readonly referenced: ModelColumn;
}

/** An edit that says of which file it is. */
export type FileEdit = DocumentEdit & { readonly uri: string };

/** How one library's models declare it. Undefined where it is not certain how this program does. */
export type AssociationWriter = (missing: MissingAssociation, textOf: TextOf) => readonly FileEdit[] | undefined;

/**
 * `User.findByPk(post.authorId)`, where Post has no association with User. Undefined when there may be several answers: another
 * association by that key, a key of several columns, `ownerType` beside `ownerId`, a name that is taken.
 */
export function missingAssociation(repetition: Repetition): MissingAssociation | undefined {
  const { kind, association, depth, inner, keys, loop } = repetition;
  const model = loop.over?.model;
  const target = inner.orm?.model;
  const [key, ...others] = keys;
  const [property, ...below] = key?.rowPath ?? [];
  if (kind !== 'query' || association || depth > 0 || inner.isMany || !model || !target) return undefined;
  if (!key || others.length > 0 || property === undefined || below.length > 0) return undefined;
  const [, name] = /^(\w+?)(?:_?[iI]d|_?ID|_?[uU]uid)$/.exec(property) ?? [];
  if (name === undefined || model.library !== target.library) return undefined;
  const primary = target.columns.filter(({ isPrimaryKey }) => isPrimaryKey);
  const [referenced] = primary;
  if (!referenced || primary.length > 1 || referenced.property !== key.property) return undefined;
  const column = model.columns.find((each) => each.property === property);
  if (column ? column.isPrimaryKey || !haveSameType(column, referenced) : model.library !== 'objection')
    return undefined;
  const taken = new Set([
    ...model.columns.flatMap(({ property: one, column: other }) => [one, other]),
    ...model.associations.map((each) => each.name),
  ]);
  const isPolymorphic = ['Type', '_type', 'Kind', '_kind', 'Model', '_model'].some((end) => taken.has(name + end));
  const isUsed = model.associations.some(({ foreignKey }) => foreignKey.includes(column?.column ?? property));
  if (taken.has(name) || isPolymorphic || isUsed) return undefined;
  return { name, model, target, key: { property, ...(column ? { column } : {}) }, referenced };
}

function haveSameType({ type: one }: ModelColumn, { type: other }: ModelColumn): boolean {
  return one === undefined || other === undefined || plainType(one) === plainType(other);
}

function plainType(type: string): string {
  const lower = type.toLowerCase();
  if (/^(?:int|int4|serial|serial4|number)$/.test(lower)) return 'integer';
  return /^(?:int8|bigserial|serial8)$/.test(lower) ? 'bigint' : lower;
}

/** As the library would read it, were it there. */
export function associationOf({ name, target, key, referenced, model }: MissingAssociation): Association {
  return {
    name,
    kind: 'belongsTo',
    target: target.name,
    targetUri: target.uri,
    foreignKey: [key.column?.column ?? key.property],
    referenced: [referenced.column],
    range: model.range,
  };
}

/** Whether the two have one association already: a second one would have to be told apart from it. */
export function areAssociated({ model, target }: MissingAssociation): boolean {
  const names = (from: Model, to: Model) => from.associations.some((each) => each.target === to.name);
  return model === target || names(model, target) || names(target, model);
}
