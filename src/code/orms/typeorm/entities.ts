import {
  type ColumnDeclaration,
  type Declaration,
  declarationKey,
  type NamedColumn,
  type RelationDeclaration,
} from './declaration';
import type { Entity, EntityColumn, EntityRelation, JoinColumn, JunctionColumn } from './entity';
import type { NamingStrategy } from './naming';
import { treeColumns } from './tree';

/** What a data source's options say for the entities near it. */
export interface Conventions {
  readonly naming: NamingStrategy;
  readonly tablePrefix: string;
  readonly schema?: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

interface Draft {
  readonly declaration: Declaration;
  readonly conventions: Conventions;
  readonly entity: Omit<Writable<Entity>, 'columns' | 'relations' | 'notes'> & {
    readonly columns: EntityColumn[];
    readonly relations: Writable<EntityRelation>[];
    readonly notes: string[];
  };
}

/** Makes all names and links the relations, as TypeORM does when a data source is initialized. */
export function buildEntities(
  declarations: readonly Declaration[],
  conventionsFor: (uri: string) => Conventions,
): Entity[] {
  const drafts = declarations.map((declaration) => draft(declaration, conventionsFor(declaration.uri)));
  const byKey = new Map(drafts.map((each) => [declarationKey(each.declaration.uri, each.declaration.range), each]));
  const parentOf = (each: Draft) =>
    each.declaration.parent === undefined ? undefined : byKey.get(each.declaration.parent);
  for (const each of drafts) inheritTable(each, parentOf);
  for (const each of drafts) {
    for (const relation of each.declaration.relations) {
      const target = targetOf(relation, each, drafts, byKey);
      if (target === undefined) each.entity.notes.push(`The entity of the relation ${relation.path} is not known.`);
      else each.entity.relations.push(draftRelation(relation, each.entity, target.entity));
    }
  }
  for (const each of drafts) linkInverses(each, drafts);
  // A key that is a relation has to be there before others reference it.
  for (const isPrimary of [true, false]) {
    for (const each of drafts) addJoinColumns(each, isPrimary);
  }
  for (const each of drafts) addJunctions(each);
  for (const each of drafts) shareColumns(each, parentOf);
  for (const each of drafts) each.entity.discriminator = discriminatorOf(each, drafts, parentOf);
  return drafts.map((each) => each.entity);
}

function draft(declaration: Declaration, conventions: Conventions): Draft {
  const { naming, tablePrefix } = conventions;
  const schema = declaration.schema ?? conventions.schema;
  return {
    declaration,
    conventions,
    entity: {
      name: declaration.name,
      ...(schema === undefined ? {} : { schema }),
      table: tablePrefix + naming.tableName(declaration.name, declaration.table),
      columns: [...declaration.columns.map((each) => columnOf(each, naming)), ...treeColumns(declaration, naming)],
      ...(declaration.tree === undefined ? {} : { tree: declaration.tree }),
      relations: [],
      embeddeds: new Set(declaration.embeddeds),
      orderBy: declaration.orderBy,
      uri: declaration.uri,
      range: declaration.range,
      notes: [...declaration.notes],
    },
  };
}

function columnOf(declared: ColumnDeclaration, naming: NamingStrategy): EntityColumn {
  const { name, prefixes, isPrimary, isNullable, role, generated, type, ...rest } = declared;
  return {
    ...rest,
    column: naming.columnName(declared.property, name, prefixes),
    ...(type === undefined ? {} : { type }),
    ...(isPrimary ? { isPrimary } : {}),
    ...(isNullable ? { isNullable } : {}),
    ...(role === undefined ? {} : { role }),
    ...(generated === undefined ? {} : { generated }),
    ...(declared.default === undefined ? {} : { hasDefault: true as const }),
  };
}

function top(each: Draft, parentOf: (each: Draft) => Draft | undefined): Draft {
  let at = each;
  for (let parent = parentOf(at), steps = 0; parent !== undefined && steps < 20; parent = parentOf(at), steps++)
    at = parent;
  return at;
}

function inheritTable(each: Draft, parentOf: (each: Draft) => Draft | undefined): void {
  const root = top(each, parentOf);
  if (root === each && each.declaration.inheritance === undefined) return;
  each.entity.table = root.entity.table;
  if (root.entity.schema !== undefined) each.entity.schema = root.entity.schema;
  const name = root.declaration.inheritance?.column ?? 'type';
  const column = root.conventions.naming.columnName(name, root.declaration.inheritance?.column, []);
  const declared = each.entity.columns.findIndex((own) => own.column === column);
  const added: EntityColumn = {
    path: name,
    property: name,
    column,
    isSelected: true,
    isInserted: true,
    isUpdated: true,
    role: 'discriminator',
    isVirtual: true,
    range: root.declaration.range,
  };
  if (declared < 0) each.entity.columns.push(added);
  else each.entity.columns[declared] = { ...(each.entity.columns[declared] as EntityColumn), role: 'discriminator' };
}

function discriminatorOf(
  each: Draft,
  drafts: readonly Draft[],
  parentOf: (each: Draft) => Draft | undefined,
): Entity['discriminator'] {
  const column = each.entity.columns.find((own) => own.role === 'discriminator')?.column;
  if (column === undefined) return undefined;
  const valueFor = ({ declaration }: Draft) => declaration.discriminatorValue ?? declaration.name;
  const below = drafts.filter((other) => {
    for (let at: Draft | undefined = other, steps = 0; at !== undefined && steps < 20; at = parentOf(at), steps++) {
      if (at === each) return true;
    }
    return false;
  });
  const isTop = each.declaration.parent === undefined;
  return { column, value: valueFor(each), ...(isTop ? {} : { values: below.map(valueFor) }) };
}

/** The class at the top of an inheritance selects what its subclasses declare too. */
function shareColumns(each: Draft, parentOf: (each: Draft) => Draft | undefined): void {
  for (let parent = parentOf(each), steps = 0; parent !== undefined && steps < 20; parent = parentOf(parent), steps++) {
    const { columns } = parent.entity;
    columns.push(...each.entity.columns.filter((own) => !columns.some((other) => other.column === own.column)));
  }
}

function targetOf(
  { target }: RelationDeclaration,
  from: Draft,
  drafts: readonly Draft[],
  byKey: ReadonlyMap<string, Draft>,
): Draft | undefined {
  if (target === undefined) return undefined;
  if ('key' in target) return byKey.get(target.key);
  const named = drafts.filter(
    (each) => each.declaration.name === target.name || each.declaration.table === target.name,
  );
  return nearest(named, from.declaration.uri, (each) => each.declaration.uri);
}

/** The one whose path has most in common with `uri`; of several the one that lies less deep. */
export function nearest<T>(all: readonly T[], uri: string, uriOf: (each: T) => string): T | undefined {
  const common = (other: string) => {
    const [a, b] = [uri.split('/'), other.split('/')];
    const differs = a.findIndex((part, i) => part !== b[i]);
    return (differs < 0 ? a.length : differs) - b.length / 1_000;
  };
  return all.reduce<T | undefined>(
    (best, each) => (best === undefined || common(uriOf(each)) > common(uriOf(best)) ? each : best),
    undefined,
  );
}

function draftRelation(declared: RelationDeclaration, source: Entity, target: Entity): Writable<EntityRelation> {
  const { kind } = declared;
  const isOwner =
    kind === 'many-to-one' ||
    (kind === 'one-to-one' && declared.joinColumns !== undefined) ||
    (kind === 'many-to-many' && declared.joinTable !== undefined);
  return {
    path: declared.path,
    property: declared.property,
    kind,
    isOwner,
    source,
    target,
    isNullable: declared.isNullable,
    isEager: declared.isEager,
    isLazy: declared.isLazy,
    joinColumns: [],
    range: declared.range,
  };
}

/** `(user) => user.posts` names the other end; where only that end names this one, it is found from there. */
function linkInverses({ declaration, entity }: Draft, drafts: readonly Draft[]): void {
  for (const relation of entity.relations) {
    const named = declaration.relations.find((each) => each.path === relation.path)?.inverse;
    const target = drafts.find((each) => each.entity === relation.target);
    const inverse = target?.entity.relations.find((each) =>
      named === undefined
        ? each.target === entity &&
          target.declaration.relations.some((d) => d.path === each.path && d.inverse === relation.path)
        : each.path === named,
    );
    if (inverse !== undefined) relation.inverse = inverse;
  }
}

function addJoinColumns({ declaration, entity, conventions: { naming } }: Draft, isPrimary: boolean): void {
  for (const declared of declaration.relations) {
    const relation = entity.relations.find((each) => each.path === declared.path);
    if (relation === undefined || declared.isPrimary !== isPrimary) continue;
    if (!relation.isOwner || relation.kind === 'many-to-many') continue;
    const given = declared.joinColumns ?? [];
    relation.joinColumns = referencedColumns(relation.target, given).map((referenced): JoinColumn => {
      const name =
        given.find((each) => matches(each, referenced))?.name ??
        naming.joinColumnName(declared.property, referenced.property);
      const full = naming.columnName(declared.property, name, declared.prefixes);
      const own = entity.columns.findIndex((each) => each.column === name || each.column === full);
      const known = entity.columns[own];
      const column: EntityColumn = known
        ? { ...known, relation: relation.path, referenced: referenced.path }
        : {
            path: `${declared.path}.${referenced.property}`,
            property: declared.property,
            column: full,
            ...(declared.isPrimary ? { isPrimary: true as const } : {}),
            ...(relation.isNullable ? { isNullable: true as const } : {}),
            isSelected: true,
            isInserted: true,
            isUpdated: true,
            relation: relation.path,
            referenced: referenced.path,
            isVirtual: true,
            range: declared.range,
            ...(referenced.type === undefined ? {} : { type: referenced.type }),
          };
      if (known) entity.columns[own] = column;
      else entity.columns.push(column);
      return {
        path: column.path,
        column: column.column,
        referenced: referenced.path,
        referencedColumn: referenced.column,
      };
    });
  }
}

function addJunctions({ declaration, entity, conventions: { naming, tablePrefix } }: Draft): void {
  for (const { path, joinTable } of declaration.relations) {
    const relation = entity.relations.find((each) => each.path === path);
    if (relation?.kind !== 'many-to-many' || joinTable === undefined) continue;
    const columns = (of: Entity, given: readonly NamedColumn[]) =>
      referencedColumns(of, given).map(
        (referenced): JunctionColumn => ({
          column:
            given.find((each) => matches(each, referenced))?.name ??
            naming.joinTableColumnName(of.table.slice(tablePrefix.length), referenced.property, referenced.column),
          referenced: referenced.path,
          referencedColumn: referenced.column,
        }),
      );
    const owner = columns(entity, joinTable.joinColumns);
    const inverse = columns(relation.target, joinTable.inverseJoinColumns);
    const isDouble = (column: JunctionColumn, others: readonly JunctionColumn[]) =>
      others.some((other) => other.column === column.column);
    const numbered = (all: readonly JunctionColumn[], others: readonly JunctionColumn[], number: number) =>
      all.map((each) => (isDouble(each, others) ? { ...each, column: `${each.column}_${number}` } : each));
    const schema = joinTable.schema ?? entity.schema;
    relation.junction = {
      ...(schema === undefined ? {} : { schema }),
      table:
        tablePrefix +
        (joinTable.name ??
          naming.joinTableName(
            entity.table.slice(tablePrefix.length),
            relation.target.table.slice(tablePrefix.length),
            path,
          )),
      owner: numbered(owner, inverse, 1),
      inverse: numbered(inverse, owner, 2),
    };
  }
}

function referencedColumns(target: Entity, given: readonly NamedColumn[]): EntityColumn[] {
  const named = given.flatMap(({ referenced }) => target.columns.find((each) => each.property === referenced) ?? []);
  return named.length > 0 ? named : target.columns.filter((each) => each.isPrimary);
}

function matches({ name, referenced }: NamedColumn, column: EntityColumn): boolean {
  return name !== undefined && (referenced === undefined || referenced === column.property);
}
