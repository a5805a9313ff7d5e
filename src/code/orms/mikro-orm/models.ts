import type { FileFacts } from '../../facts/facts';
import type { Association, Model, ModelColumn } from '../../models/model';
import type { Tracer } from '../../resolve/origin';
import { type NewObject, newObjects } from '../support/new-objects';
import { optional } from '../support/program-values';
import type { Declaration } from './declaration';
import { readDecoratedClass } from './decorated-class';
import { buildEntities, entityCaseNaming, underscoreNaming } from './entities';
import { type MikroEntity, ownerOf, type Prop, primaryColumns } from './entity';
import { readEntitySchema } from './entity-schema';
import { exportedName, packages } from './program';

/** All entities of the workspace: decorated classes, `new EntitySchema(…)` and `defineEntity(…)`. */
export function readModels(tracer: Tracer): Model[] {
  const declarations: Declaration[] = [];
  let isEntityCase = false;
  for (const file of tracer.files.values()) {
    for (const found of file.classes) {
      const declaration = found.decorators.length === 0 ? undefined : readDecoratedClass(found, file, tracer);
      if (declaration !== undefined) declarations.push(declaration);
    }
    if (!file.imports.some(({ from }) => packages.test(from))) continue;
    isEntityCase ||= file.imports.some(({ name }) => name === 'EntityCaseNamingStrategy');
    const schemas = [...newObjects(file, 'EntitySchema', tracer, exportedName), ...definedEntities(file, tracer)];
    for (const { arguments: given, at } of schemas) {
      const declaration = readEntitySchema(given[0], at, tracer);
      if (declaration !== undefined) declarations.push(declaration);
    }
  }
  if (declarations.length === 0) return [];
  return buildEntities(declarations, isEntityCase ? entityCaseNaming : underscoreNaming).map(modelOf);
}

function definedEntities(file: FileFacts, tracer: Tracer): NewObject[] {
  return file.functions.flatMap(({ uses }, index) =>
    uses.flatMap(({ chain }) => {
      const call = chain.links.find((link) => link.arguments !== undefined);
      const name = call?.name === '' ? chain.root : call?.name;
      if (name !== 'defineEntity' || !call?.arguments) return [];
      const at = { file, function: index };
      const origin = tracer.traceLinks(chain, chain.links.indexOf(call) + (call.name === '' ? 0 : 1), at);
      const callee = origin.kind === 'call' ? origin.callee : origin;
      return exportedName(callee) === 'defineEntity' ? [{ arguments: call.arguments, at }] : [];
    }),
  );
}

function modelOf(entity: MikroEntity): Model {
  return {
    library: 'mikro-orm',
    name: entity.name,
    ...optional('schema', entity.schema),
    table: entity.table,
    columns: entity.props.flatMap((prop) => (prop.isVirtual ? [] : columnsOf(prop, ''))),
    associations: entity.props.flatMap((prop) => associationOf(prop, entity) ?? []),
    uri: entity.uri,
    range: entity.range,
    details: { entity },
  };
}

function columnsOf(prop: Prop, path: string): ModelColumn[] {
  const name = path + prop.name;
  if (prop.embedded !== undefined) return prop.embedded.flatMap((each) => columnsOf(each, `${name}.`));
  return prop.columns.map((column) => ({
    property: name,
    column,
    ...optional('type', prop.type),
    ...(prop.isPrimary ? { isPrimaryKey: true } : {}),
    ...(prop.isGenerated ? { isGenerated: true } : {}),
    ...(prop.isLazy ? { isHidden: true } : {}),
    ...optional('default', prop.default),
    range: prop.range,
  }));
}

function associationOf(prop: Prop, entity: MikroEntity): Association | undefined {
  const { target } = prop;
  if (target === undefined) return undefined;
  const common = {
    name: prop.name,
    target: target.name,
    targetUri: target.uri,
    ...(prop.isEager ? { isEager: true as const } : {}),
    ...(prop.isNullable ? { isNullable: true as const } : {}),
    range: prop.range,
  };
  if (prop.kind === 'm:n') {
    if (prop.pivot === undefined) return undefined;
    return {
      ...common,
      kind: 'belongsToMany',
      foreignKey: prop.pivot.near,
      referenced: primaryColumns(entity),
      through: { table: prop.pivot.table, otherKey: prop.pivot.far, otherReferenced: primaryColumns(target) },
    };
  }
  if (prop.isOwner) return { ...common, kind: 'belongsTo', foreignKey: prop.columns, referenced: prop.referenced };
  const owner = ownerOf(prop);
  if (owner === undefined) return undefined;
  return {
    ...common,
    kind: prop.kind === '1:m' ? 'hasMany' : 'hasOne',
    foreignKey: owner.columns,
    referenced: owner.referenced,
  };
}
