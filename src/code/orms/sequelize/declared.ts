import type { TextRange } from '../../../nouns/text-range';
import type { Value } from '../../facts/values';
import type { Place } from '../../resolve/origin';

/** A value of the program with the place in which its names are to be read. */
export interface Sourced {
  readonly value: Value;
  readonly at: Place;
}

export interface Attribute {
  readonly name: string;
  /** The column. */
  field: string;
  /** `INTEGER`, `VIRTUAL`, `ARRAY`, … as Sequelize calls it. */
  readonly type: DataType;
  isPrimaryKey: boolean;
  readonly isAutoIncrement: boolean;
  readonly default?: Sourced;
  /** `unique: true` or the name of a constraint of several columns. */
  readonly unique?: string | true;
  /** Added by Sequelize: id and timestamps. */
  readonly isAdded: boolean;
  /** With a `get` of its own. */
  readonly hasGetter?: true;
  readonly range?: TextRange;
}

export interface DataType {
  readonly name: string;
  /** VARCHAR(255), as a cast of an array says it. */
  readonly sql: string;
  /** Of ARRAY. */
  readonly element?: DataType;
  /** VIRTUAL's attributes that are read with it. */
  readonly fields?: readonly string[];
}

export interface ModelOptions {
  readonly isUnderscored: boolean;
  readonly isParanoid: boolean;
  readonly hasTimestamps: boolean;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly deletedAt?: string;
  readonly version?: string;
  readonly schema?: string;
  readonly mergesWhere: boolean;
}

/** Mutable while the declarations are read: associations add attributes to the models on both sides. */
export interface SequelizeModel {
  readonly name: string;
  readonly singular: string;
  readonly plural: string;
  readonly table: string;
  readonly schema?: string;
  readonly options: ModelOptions;
  readonly attributes: Map<string, Attribute>;
  readonly associations: Map<string, Association>;
  defaultScope?: Sourced;
  readonly scopes: Map<string, Sourced>;
  /** Columns of unique indexes of several or other columns, from `indexes: [{ unique: true, fields }]`. */
  readonly uniqueIndexes: (readonly string[])[];
  /** beforeFind, afterCreate, … */
  readonly hooks: Set<string>;
  /** Attributes that the text does not show: spread from elsewhere. */
  isIncomplete: boolean;
  /** sequelize-typescript infers the alias of an included model. */
  readonly infersAlias: boolean;
  readonly uri: string;
  readonly range: TextRange;
}

export type AssociationKind = 'belongsTo' | 'hasOne' | 'hasMany' | 'belongsToMany';

export interface Association {
  readonly kind: AssociationKind;
  readonly as: string;
  readonly isAliased: boolean;
  readonly singular: string;
  readonly plural: string;
  readonly source: SequelizeModel;
  readonly target: SequelizeModel;
  /** Attribute that references: of the source for belongsTo, of the through model for belongsToMany, else of the target. */
  foreignKey: string;
  /** Attribute of the source: for belongsTo the foreign key's other side is `targetKey`. */
  readonly sourceKey: string;
  targetKey: string;
  /** belongsToMany: the through model's attribute to the target. */
  otherKey: string;
  readonly through?: { readonly model: SequelizeModel; readonly scope?: Sourced };
  readonly scope?: Sourced;
  readonly isDeletedWithHooks: boolean;
  /** For belongsToMany, whether the keys were chosen by Sequelize. */
  readonly isTargetKeyDefault: boolean;
  readonly isOtherKeyDefault: boolean;
  readonly uri: string;
  readonly range: TextRange;
}

export function fieldOf(model: SequelizeModel, attribute: string): string {
  return model.attributes.get(attribute)?.field ?? attribute;
}

export function primaryKeys(model: SequelizeModel): string[] {
  return [...model.attributes.values()].filter((each) => each.isPrimaryKey).map((each) => each.name);
}

/** The first primary key; `id` where there is none, as Sequelize assumes. */
export function primaryKey(model: SequelizeModel): string {
  return primaryKeys(model)[0] ?? 'id';
}

export function isVirtual(model: SequelizeModel, attribute: string): boolean {
  return model.attributes.get(attribute)?.type.name === 'VIRTUAL';
}

export function isMulti(association: Association): boolean {
  return association.kind === 'hasMany' || association.kind === 'belongsToMany';
}

/** The column that a foreign key attribute is. */
export function foreignField(association: Association): string {
  const holder =
    association.through?.model ?? (association.kind === 'belongsTo' ? association.source : association.target);
  return fieldOf(holder, association.foreignKey);
}
