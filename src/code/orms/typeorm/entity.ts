import type { TextRange } from '../../../nouns/text-range';
import type { Value } from '../../facts/values';
import type { Model } from '../../models/model';

/** What TypeORM itself would know of an entity once its data source is initialized. */
export interface Entity {
  /** The class's name, or the `name` of an EntitySchema; the default alias too. */
  readonly name: string;
  readonly schema?: string;
  readonly table: string;
  readonly columns: readonly EntityColumn[];
  readonly relations: readonly EntityRelation[];
  /** Properties of objects that are kept in the same table: `address`, `address.geo`. */
  readonly embeddeds: ReadonlySet<string>;
  /** `@Entity({ orderBy: { name: 'ASC' } })`: the order of all its queries that give none. */
  readonly orderBy: readonly { readonly path: string; readonly direction: string }[];
  /** Single-table inheritance. `values`: those of the class and its subclasses; undefined for the class at the top, which all rows are of. */
  readonly discriminator?: { readonly column: string; readonly value: string; readonly values?: readonly string[] };
  /** How it keeps the tree that its rows are. */
  readonly tree?: TreeKind;
  readonly uri: string;
  readonly range: TextRange;
  /** What could not be read of its declaration. */
  readonly notes: readonly string[];
}

/** `@Tree('materialized-path')`; 'adjacency-list' adds nothing to a relation with itself. */
export type TreeKind = 'closure-table' | 'materialized-path' | 'nested-set';

export interface EntityColumn {
  /** From the entity: `title`, `address.city`, and `author.id` for a key that only the relation declares. */
  readonly path: string;
  /** The last name of the property itself: `city`, `author`. */
  readonly property: string;
  readonly column: string;
  readonly type?: string;
  readonly isPrimary?: true;
  readonly generated?: 'increment' | 'uuid' | 'other';
  /** False: `select: false`. */
  readonly isSelected: boolean;
  readonly isInserted: boolean;
  readonly isUpdated: boolean;
  readonly hasDefault?: true;
  readonly isNullable?: true;
  readonly default?: Value;
  readonly role?: 'create date' | 'update date' | 'delete date' | 'version' | 'discriminator';
  /** The relation whose key it is, and what it references there. */
  readonly relation?: string;
  readonly referenced?: string;
  /** No property of its own: the relation or the inheritance alone makes it. */
  readonly isVirtual?: true;
  readonly range: TextRange;
}

export type RelationKind = 'many-to-one' | 'one-to-one' | 'one-to-many' | 'many-to-many';

export interface EntityRelation {
  readonly path: string;
  readonly property: string;
  readonly kind: RelationKind;
  /** It has the join column or the join table. */
  readonly isOwner: boolean;
  /** The entity that declares it. */
  readonly source: Entity;
  readonly target: Entity;
  /** The relation at the other end. */
  readonly inverse?: EntityRelation;
  readonly isNullable: boolean;
  readonly isEager: boolean;
  readonly isLazy: boolean;
  /** Of the owner of a key. */
  readonly joinColumns: readonly JoinColumn[];
  /** Of the owner of a many-to-many relation. */
  readonly junction?: Junction;
  readonly range: TextRange;
}

export interface JoinColumn {
  /** The path of the column in its own entity: `author.id`, or `authorId` where that is a property. */
  readonly path: string;
  readonly column: string;
  /** The path in the referenced entity. */
  readonly referenced: string;
  readonly referencedColumn: string;
}

export interface Junction {
  readonly schema?: string;
  readonly table: string;
  readonly owner: readonly JunctionColumn[];
  readonly inverse: readonly JunctionColumn[];
}

export interface JunctionColumn {
  readonly column: string;
  readonly referenced: string;
  readonly referencedColumn: string;
}

export function entityOf(model: Model): Entity | undefined {
  return model.library === 'typeorm' ? (model.details?.entity as Entity | undefined) : undefined;
}

export function primaryColumns(entity: Entity): EntityColumn[] {
  return entity.columns.filter((column) => column.isPrimary);
}

export function columnWithRole(entity: Entity, role: EntityColumn['role']): EntityColumn | undefined {
  return entity.columns.find((column) => column.role === role);
}

export function relationAt(entity: Entity, path: string): EntityRelation | undefined {
  return entity.relations.find((relation) => relation.path === path);
}

/** The column of a property; not the key of a relation, which is asked for by the relation's own name. */
export function columnAt(entity: Entity, path: string): EntityColumn | undefined {
  return entity.columns.find((column) => column.path === path);
}

/** The columns of a property: one, or the keys of a relation. */
export function columnsOf(entity: Entity, path: string): EntityColumn[] {
  const column = columnAt(entity, path);
  if (column !== undefined) return [column];
  const joins = relationAt(entity, path)?.joinColumns ?? [];
  return entity.columns.filter((each) => joins.some((join) => join.column === each.column));
}

export function isToOneOwner(relation: EntityRelation): boolean {
  return relation.isOwner && (relation.kind === 'many-to-one' || relation.kind === 'one-to-one');
}

/** The join table of a many-to-many relation with the columns to its source and those to its target. */
export function junctionOf(
  relation: EntityRelation,
): { junction: Junction; near: readonly JunctionColumn[]; far: readonly JunctionColumn[] } | undefined {
  const junction = relation.junction ?? relation.inverse?.junction;
  if (relation.kind !== 'many-to-many' || junction === undefined) return undefined;
  return relation.isOwner
    ? { junction, near: junction.owner, far: junction.inverse }
    : { junction, near: junction.inverse, far: junction.owner };
}

/** The columns by which it is joined are known. */
export function isLinked(relation: EntityRelation): boolean {
  const through = junctionOf(relation);
  if (through !== undefined) return through.near.length > 0 && through.far.length > 0;
  return (
    (isToOneOwner(relation) ? relation : relation.inverse)?.joinColumns.length !== 0 &&
    (relation.isOwner || relation.inverse !== undefined)
  );
}
