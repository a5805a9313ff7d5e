import type { TextRange } from '../../../nouns/text-range';
import type { Association, AssociationKind, Attribute, SequelizeModel, Sourced } from './declared';
import { primaryKey } from './declared';
import { camelized, columnName, singularOf } from './names';

/** What a program says of an association: `Post.belongsTo(User, { as: 'author', foreignKey: 'authorId' })`. */
export interface AssociationOptions {
  readonly as?: string;
  /** `as: { singular: 'child', plural: 'children' }` */
  readonly singular?: string;
  readonly foreignKey?: KeyOptions;
  readonly otherKey?: KeyOptions;
  readonly sourceKey?: string;
  readonly targetKey?: string;
  /** A model, or the name of one that is made when none has it. */
  readonly through?: SequelizeModel | string;
  readonly throughScope?: Sourced;
  readonly scope?: Sourced;
  readonly timestamps?: boolean;
  readonly isDeletedWithHooks: boolean;
}

export interface KeyOptions {
  readonly name?: string;
  /** Its column. */
  readonly field?: string;
}

export interface Associating {
  readonly kind: AssociationKind;
  readonly source: SequelizeModel;
  readonly target: SequelizeModel;
  readonly options: AssociationOptions;
  readonly uri: string;
  readonly range: TextRange;
  /** The model of that name, or a new one with nothing but timestamps. */
  through(name: string, source: SequelizeModel, timestamps: boolean | undefined): SequelizeModel;
}

/** Links two models as Sequelize does, and gives the attributes that the association adds to them. */
export function associate(given: Associating): Association {
  return given.kind === 'belongsToMany' ? manyToMany(given) : toOneOrMany(given);
}

function names({ kind, target, options }: Associating): Pick<Association, 'as' | 'isAliased' | 'singular' | 'plural'> {
  const { as, singular } = options;
  const isMany = kind === 'hasMany' || kind === 'belongsToMany';
  if (as === undefined) {
    const { singular: one, plural } = target;
    return { as: isMany ? plural : one, isAliased: false, singular: one, plural };
  }
  return { as, isAliased: true, singular: singular ?? (isMany ? singularOf(as) : as), plural: as };
}

function toOneOrMany(given: Associating): Association {
  const { kind, source, target, options, uri, range } = given;
  const named = names(given);
  const isBelongsTo = kind === 'belongsTo';
  const sourceKey = isBelongsTo ? '' : (options.sourceKey ?? primaryKey(source));
  const targetKey = isBelongsTo ? (options.targetKey ?? primaryKey(target)) : '';
  const owner = isBelongsTo ? named.as : kind === 'hasOne' ? singularOf(options.as ?? source.name) : source.singular;
  const key = isBelongsTo ? primaryKey(target) : primaryKey(source);
  const foreignKey = options.foreignKey?.name ?? camelized(`${owner}_${key}`);
  const association: Association = {
    kind,
    ...named,
    source,
    target,
    foreignKey,
    sourceKey,
    targetKey,
    otherKey: '',
    ...(options.scope ? { scope: options.scope } : {}),
    isDeletedWithHooks: options.isDeletedWithHooks,
    isTargetKeyDefault: false,
    isOtherKeyDefault: false,
    uri,
    range,
  };
  const holder = isBelongsTo ? source : target;
  const referenced = isBelongsTo ? target.attributes.get(targetKey) : source.attributes.get(sourceKey);
  addForeignKey(holder, foreignKey, options.foreignKey?.field, referenced, false);
  source.associations.set(association.as, association);
  return association;
}

/** A foreign key that the model declares itself keeps what it says there. */
function addForeignKey(
  holder: SequelizeModel,
  name: string,
  field: string | undefined,
  referenced: Attribute | undefined,
  isPrimaryKey: boolean,
): void {
  const known = holder.attributes.get(name);
  if (known) {
    if (isPrimaryKey) known.isPrimaryKey = true;
    return;
  }
  holder.attributes.set(name, {
    name,
    field: field ?? columnName(name, holder.options.isUnderscored),
    type: referenced?.type ?? { name: 'INTEGER', sql: 'INTEGER' },
    isPrimaryKey,
    isAutoIncrement: false,
    isAdded: true,
  });
}

function manyToMany(given: Associating): Association {
  const { source, target, options, uri, range } = given;
  const named = names(given);
  const isSelf = source === target;
  const sourceKey = options.sourceKey ?? primaryKey(source);
  const targetKey = options.targetKey ?? primaryKey(target);
  const through =
    typeof options.through === 'object'
      ? options.through
      : given.through(options.through ?? '', source, options.timestamps);
  const paired = [...target.associations.values()].find(
    (each) => each.kind === 'belongsToMany' && each.target === source && each.through?.model === through,
  );
  const isOtherKeyDefault = options.otherKey?.name === undefined;
  const association: Association = {
    kind: 'belongsToMany',
    ...named,
    source,
    target,
    foreignKey: options.foreignKey?.name ?? camelized(`${source.singular}_${sourceKey}`),
    sourceKey,
    targetKey: paired && options.targetKey === undefined ? paired.sourceKey : targetKey,
    otherKey: options.otherKey?.name ?? camelized(`${isSelf ? singularOf(named.as) : target.singular}_${targetKey}`),
    through: { model: through, ...(options.throughScope ? { scope: options.throughScope } : {}) },
    ...(options.scope ? { scope: options.scope } : {}),
    isDeletedWithHooks: options.isDeletedWithHooks,
    isTargetKeyDefault: options.targetKey === undefined,
    isOtherKeyDefault,
    uri,
    range,
  };
  if (paired) {
    if (isOtherKeyDefault) association.otherKey = paired.foreignKey;
    if (paired.isTargetKeyDefault) paired.targetKey = sourceKey;
    if (paired.isOtherKeyDefault && paired.otherKey !== association.foreignKey) {
      through.attributes.delete(paired.otherKey);
      paired.otherKey = association.foreignKey;
    }
  }
  addThroughKeys(through, association, options);
  source.associations.set(association.as, association);
  return association;
}

/** The join table's own id is dropped where Sequelize had added it: both keys are its primary key then. */
function addThroughKeys(through: SequelizeModel, association: Association, options: AssociationOptions): void {
  const { foreignKey, otherKey, source, sourceKey, target, targetKey } = association;
  const generated = [...through.attributes.values()].find(
    (each) => each.isPrimaryKey && each.isAdded && each.isAutoIncrement,
  );
  if (generated) through.attributes.delete(generated.name);
  const isKey = ![...through.attributes.values()].some((each) => each.isPrimaryKey && !each.isAdded);
  addForeignKey(through, foreignKey, options.foreignKey?.field, source.attributes.get(sourceKey), isKey);
  addForeignKey(through, otherKey, options.otherKey?.field, target.attributes.get(targetKey), isKey);
}
