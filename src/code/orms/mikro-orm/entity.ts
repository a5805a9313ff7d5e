import type { TextRange } from '../../../nouns/text-range';
import type { Value } from '../../facts/values';
import type { Model } from '../../models/model';

/** What MikroORM's metadata would say of an entity after discovery. */
export interface MikroEntity {
  readonly name: string;
  readonly schema?: string;
  readonly table: string;
  readonly props: readonly Prop[];
  readonly filters: readonly EntityFilter[];
  readonly uri: string;
  readonly range: TextRange;
  readonly notes: readonly string[];
}

export interface EntityFilter {
  readonly name: string;
  readonly condition: Value;
  readonly isDefault: boolean;
}

export type PropKind = 'scalar' | 'embedded' | 'm:1' | '1:1' | '1:m' | 'm:n';

export interface Prop {
  readonly name: string;
  readonly kind: PropKind;
  /** Of the entity's own table: none for collections and for the other side of 1:1. */
  readonly columns: readonly string[];
  readonly type?: string;
  readonly isPrimary?: true;
  readonly isUnique?: true;
  readonly isNullable?: true;
  /** Not selected unless it is populated. */
  readonly isLazy?: true;
  readonly isEager?: true;
  /** `persist: false`, formulas: no column of the table. */
  readonly isVirtual?: true;
  /** The database makes the value: a key that counts, a default. */
  readonly isGenerated?: true;
  readonly default?: Value;
  /** Of an embedded object: its own properties, with whole column names. */
  readonly embedded?: readonly Prop[];
  readonly target?: MikroEntity;
  /** It has the column or the join table. */
  readonly isOwner?: true;
  readonly mappedBy?: string;
  readonly referenced: readonly string[];
  readonly pivot?: Pivot;
  readonly orderBy?: Value;
  readonly range: TextRange;
}

export interface Pivot {
  readonly table: string;
  /** Columns to this entity and to the other. */
  readonly near: readonly string[];
  readonly far: readonly string[];
}

export function mikroEntityOf(model: Model): MikroEntity | undefined {
  return model.library === 'mikro-orm' ? (model.details?.entity as MikroEntity | undefined) : undefined;
}

export function propOf(entity: MikroEntity, name: string): Prop | undefined {
  return entity.props.find((prop) => prop.name === name);
}

export function primaryProps(entity: MikroEntity): Prop[] {
  return entity.props.filter((prop) => prop.isPrimary);
}

export function primaryColumns(entity: MikroEntity): string[] {
  return primaryProps(entity).flatMap((prop) => prop.columns);
}

export function isToOne({ kind }: Prop): boolean {
  return kind === 'm:1' || kind === '1:1';
}

export function isToMany({ kind }: Prop): boolean {
  return kind === '1:m' || kind === 'm:n';
}

/** The relation at the other end whose key is used: comments → post. */
export function ownerOf(prop: Prop): Prop | undefined {
  return prop.target && prop.mappedBy !== undefined ? propOf(prop.target, prop.mappedBy) : undefined;
}

/** Columns of a property and of what is embedded in it. */
export function columnsIn(prop: Prop): string[] {
  return prop.embedded === undefined ? [...prop.columns] : prop.embedded.flatMap(columnsIn);
}
