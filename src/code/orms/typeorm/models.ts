import type { Association, Model, ModelColumn } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { newObjects } from '../support/new-objects';
import { optional } from '../support/program-values';
import { conventionsOf } from './conventions';
import type { Declaration } from './declaration';
import { readDecoratedClass } from './decorated-class';
import { buildEntities } from './entities';
import { type Entity, type EntityRelation, junctionOf } from './entity';
import { readEntitySchema } from './entity-schema';
import { exportedName } from './program';

/** All entities of the workspace: decorated classes and `new EntitySchema(…)`. */
export function readModels(tracer: Tracer): Model[] {
  const declarations: Declaration[] = [];
  for (const file of tracer.files.values()) {
    for (const found of file.classes) {
      const declaration = found.decorators.length === 0 ? undefined : readDecoratedClass(found, file, tracer);
      if (declaration !== undefined) declarations.push(declaration);
    }
    if (!file.imports.some(({ from }) => from === 'typeorm')) continue;
    for (const { arguments: given, at } of newObjects(file, 'EntitySchema', tracer, exportedName)) {
      const declaration = readEntitySchema(given[0], at, tracer);
      if (declaration !== undefined) declarations.push(declaration);
    }
  }
  return declarations.length === 0 ? [] : buildEntities(declarations, conventionsOf(tracer)).map(modelOf);
}

function modelOf(entity: Entity): Model {
  return {
    library: 'typeorm',
    name: entity.name,
    ...optional('schema', entity.schema),
    table: entity.table,
    columns: entity.columns.map(
      (each): ModelColumn => ({
        property: each.isVirtual ? each.column : each.path,
        column: each.column,
        ...optional('type', each.type),
        ...(each.isPrimary ? { isPrimaryKey: true } : {}),
        ...(each.generated === undefined ? {} : { isGenerated: true }),
        ...(each.isSelected ? {} : { isHidden: true }),
        ...optional('default', each.default),
        range: each.range,
      }),
    ),
    associations: entity.relations.flatMap((each) => associationOf(each) ?? []),
    uri: entity.uri,
    range: entity.range,
    details: { entity },
  };
}

function associationOf(relation: EntityRelation): Association | undefined {
  const common = {
    name: relation.path,
    target: relation.target.name,
    targetUri: relation.target.uri,
    ...(relation.isLazy ? { isLazy: true as const } : {}),
    ...(relation.isEager ? { isEager: true as const } : {}),
    ...(relation.isNullable ? { isNullable: true as const } : {}),
    range: relation.range,
  };
  const through = junctionOf(relation);
  if (through !== undefined) {
    const { junction, near, far } = through;
    return {
      ...common,
      kind: 'belongsToMany',
      foreignKey: near.map(({ column }) => column),
      referenced: near.map(({ referencedColumn }) => referencedColumn),
      through: {
        ...optional('schema', junction.schema),
        table: junction.table,
        otherKey: far.map(({ column }) => column),
        otherReferenced: far.map(({ referencedColumn }) => referencedColumn),
      },
    };
  }
  const joins = relation.isOwner ? relation.joinColumns : (relation.inverse?.joinColumns ?? []);
  if (joins.length === 0) return undefined;
  return {
    ...common,
    kind: relation.isOwner ? 'belongsTo' : relation.kind === 'one-to-one' ? 'hasOne' : 'hasMany',
    foreignKey: joins.map(({ column }) => column),
    referenced: joins.map(({ referencedColumn }) => referencedColumn),
  };
}
