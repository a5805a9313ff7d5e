import type { ClassFacts, FieldFacts, FileFacts } from '../../facts/facts';
import { entry, entryNames, isObject, oneOrMany, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Place, Tracer } from '../../resolve/origin';
import { ancestors, type FoundClass } from '../support/class-ancestors';
import type { LibraryCall } from '../support/library-calls';
import { flagAt, located, optional, propertyNamed, returned, textAt } from '../support/program-values';
import {
  type ColumnDeclaration,
  type Declaration,
  declarationKey,
  type NamedColumn,
  type RelationDeclaration,
} from './declaration';
import type { EntityColumn, RelationKind } from './entity';
import { decoratorCall, exportedName } from './program';
import { treeKind, treeNotes } from './tree';

const entityDecorators = new Set(['Entity', 'ViewEntity', 'ChildEntity']);
const columnRoles: Readonly<Record<string, EntityColumn['role']>> = {
  CreateDateColumn: 'create date',
  UpdateDateColumn: 'update date',
  DeleteDateColumn: 'delete date',
  VersionColumn: 'version',
};
const columnDecorators =
  /^(?:Column|PrimaryColumn|PrimaryGeneratedColumn|ObjectIdColumn|CreateDateColumn|UpdateDateColumn|DeleteDateColumn|VersionColumn|ViewColumn)$/;
const relationKinds: Readonly<Record<string, RelationKind>> = {
  ManyToOne: 'many-to-one',
  OneToOne: 'one-to-one',
  OneToMany: 'one-to-many',
  ManyToMany: 'many-to-many',
};

/** Reads `@Entity() class Post { @Column() title: string }`; undefined for a class that is no entity. */
export function readDecoratedClass(found: ClassFacts, file: FileFacts, tracer: Tracer): Declaration | undefined {
  const at = { file, function: found.within };
  const calls = found.decorators.flatMap((chain) => decoratorCall(chain, at, tracer) ?? []);
  const entity = calls.find(({ name }) => entityDecorators.has(name));
  if (entity === undefined) return undefined;
  const [first, second] = entity.arguments;
  const options = [first, second].find(isObject);
  const members = new Members(tracer, declarationKey(file.uri, found.nameRange));
  const parents = ancestors(found, file, tracer);
  for (const each of [...parents].reverse()) members.read(each.class, each.file);
  members.read(found, file);
  const inheritance = calls.find(({ name }) => name === 'TableInheritance');
  const parent = parents.find((each) => isEntity(each, tracer));
  return {
    name: found.name,
    ...optional('table', entity.name === 'ChildEntity' ? undefined : tableName(entity, options, tracer)),
    ...optional('schema', textAt(entry(options, 'schema'), entity.at, tracer)),
    orderBy: readOrder(entry(options, 'orderBy')),
    columns: members.withKey(),
    relations: members.linked(),
    embeddeds: members.embeddeds,
    ...optional('tree', treeKind(calls)),
    ...(inheritance === undefined ? {} : { inheritance: { column: inheritanceColumn(inheritance, tracer) } }),
    ...(entity.name === 'ChildEntity' && parent
      ? { parent: declarationKey(parent.file.uri, parent.class.nameRange) }
      : {}),
    ...(entity.name === 'ChildEntity' ? optional('discriminatorValue', textAt(first, entity.at, tracer)) : {}),
    uri: file.uri,
    range: found.nameRange,
    notes: [...members.notes, ...treeNotes(calls), ...relationIdNotes(members)],
  };
}

/** Keys of a collection are read by a query of their own, after every finder. */
function relationIdNotes({ relationIds, relations }: Members): string[] {
  const isMany = relations.some(({ path, kind }) => relationIds.includes(path) && kind.endsWith('to-many'));
  return isMany ? ['The queries for the ids of @RelationId are not included.'] : [];
}

function tableName(entity: LibraryCall, options: Value | undefined, tracer: Tracer): string | undefined {
  return textAt(entry(options, 'name') ?? entity.arguments[0], entity.at, tracer);
}

function inheritanceColumn({ arguments: [options], at }: LibraryCall, tracer: Tracer): string | undefined {
  const column = entry(options, 'column');
  return textAt(column, at, tracer) ?? textAt(entry(column, 'name'), at, tracer);
}

/** `{ createdAt: 'ASC', id: { order: 'DESC' } }` */
export function readOrder(value: Value | undefined): { path: string; direction: string }[] {
  if (!isObject(value)) return [];
  return entryNames(value).map((path) => {
    const given = entry(value, path);
    return { path, direction: (stringOf(given) ?? stringOf(entry(given, 'order')) ?? 'ASC').toUpperCase() };
  });
}

function isEntity(found: FoundClass, tracer: Tracer): boolean {
  const at = { file: found.file, function: found.class.within };
  return found.class.decorators.some((chain) => entityDecorators.has(decoratorCall(chain, at, tracer)?.name ?? ''));
}

/** Columns, relations and embedded objects of a class and of those that it extends. */
class Members {
  readonly columns: ColumnDeclaration[] = [];
  readonly relations: RelationDeclaration[] = [];
  readonly embeddeds: string[] = [];
  /** Relations whose keys `@RelationId` asks for. */
  readonly relationIds: string[] = [];
  readonly notes: string[] = [];
  readonly #tracer: Tracer;
  /** The key of the entity itself, which a tree's relations lead to. */
  readonly #self: string;
  readonly #tree: RelationDeclaration[] = [];
  #id: FieldFacts | undefined;

  constructor(tracer: Tracer, self: string) {
    this.#tracer = tracer;
    this.#self = self;
  }

  read(found: ClassFacts, file: FileFacts, path = '', prefixes: readonly string[] = [], depth = 0): void {
    const at = { file, function: found.within };
    for (const field of found.fields) {
      if (field.isStatic) continue;
      if (path === '' && field.name === 'id' && field.decorators.length > 0) this.#id = field;
      const calls = field.decorators.flatMap((chain) => decoratorCall(chain, at, this.#tracer) ?? []);
      if (calls.length === 0) continue;
      const place = path === '' ? field.name : `${path}.${field.name}`;
      const relation = calls.find(({ name }) => name in relationKinds);
      const column = calls.find(({ name }) => columnDecorators.test(name));
      if (relation !== undefined) this.#relation(field, relation, calls, place, prefixes);
      else if (column !== undefined) this.#column(field, column, calls, place, prefixes, depth);
      else if (calls.some(({ name }) => name === 'VirtualColumn')) {
        this.notes.push(`The virtual column ${place} is not included.`);
      } else if (calls.some(({ name }) => name === 'TreeParent' || name === 'TreeChildren')) {
        this.#treeRelation(field, calls, place);
      } else if (calls.some(({ name }) => name === 'RelationId')) {
        this.relationIds.push(propertyNamed(calls[0]?.arguments[0]) ?? '');
      }
    }
  }

  /** An entity has a key: where none is read, it is `id` with a decorator of the program's own, around TypeORM's. */
  withKey(): ColumnDeclaration[] {
    const id = this.#id;
    const hasKey = [...this.columns, ...this.relations].some(({ isPrimary }) => isPrimary);
    if (hasKey || id === undefined || this.columns.some(({ path }) => path === 'id')) return this.columns;
    const made = { path: 'id', property: 'id', prefixes: [], isPrimary: true, generated: 'increment' as const };
    const flags = { isSelected: true, isInserted: true, isUpdated: true, isNullable: false };
    return [{ ...made, ...flags, range: id.range }, ...this.columns];
  }

  /** The relations, a tree's two with each other. */
  linked(): RelationDeclaration[] {
    const [parent, children] = ['many-to-one', 'one-to-many'].map(
      (kind) => this.#tree.find((each) => each.kind === kind)?.path,
    );
    const inverseOf = (path: string) => (path === parent ? children : path === children ? parent : undefined);
    return this.relations.map((each) => ({ ...each, ...optional('inverse', inverseOf(each.path) ?? each.inverse) }));
  }

  /** `@TreeParent() parent`, `@TreeChildren() children` */
  #treeRelation(field: FieldFacts, calls: readonly LibraryCall[], path: string): void {
    const isParent = calls.some(({ name }) => name === 'TreeParent');
    const relation: RelationDeclaration = {
      path,
      property: field.name,
      prefixes: [],
      kind: isParent ? 'many-to-one' : 'one-to-many',
      target: { key: this.#self },
      isNullable: true,
      isPrimary: false,
      isEager: false,
      isLazy: false,
      ...this.#joinColumns(calls),
      range: field.range,
    };
    this.#tree.push(relation);
    this.relations.push(relation);
  }

  #column(
    field: FieldFacts,
    call: LibraryCall,
    calls: readonly LibraryCall[],
    path: string,
    prefixes: readonly string[],
    depth: number,
  ): void {
    const [first, second] = call.arguments;
    const embedded = first?.kind === 'function' ? returned(first, call.at) : undefined;
    if (call.name === 'Column' && embedded !== undefined) {
      const origin = this.#tracer.trace(embedded.value, embedded.at);
      if (origin.kind !== 'class' || depth > 5) {
        this.notes.push(`The columns of ${path} are not known.`);
        return;
      }
      this.embeddeds.push(path);
      this.read(origin.class, origin.file, path, [...prefixes, ...prefixOf(second, field.name)], depth + 1);
      return;
    }
    const options = [first, second].find(isObject);
    const generated = generation(call, calls);
    const type = stringOf(first) ?? stringOf(entry(options, 'type'));
    this.columns.push({
      path,
      property: field.name,
      ...optional('name', textAt(entry(options, 'name'), call.at, this.#tracer)),
      prefixes,
      ...optional(
        'type',
        call.name === 'PrimaryGeneratedColumn' && type === stringOf(first) ? stringOf(entry(options, 'type')) : type,
      ),
      isPrimary: call.name.startsWith('Primary') || flagAt(options, 'primary') === true,
      ...optional('generated', generated),
      isSelected: flagAt(options, 'select') !== false,
      isInserted: flagAt(options, 'insert') !== false,
      isUpdated: flagAt(options, 'update') !== false,
      isNullable: flagAt(options, 'nullable') === true,
      ...optional('default', entry(options, 'default')),
      ...optional('role', columnRoles[call.name]),
      range: field.range,
    });
  }

  #relation(
    field: FieldFacts,
    call: LibraryCall,
    calls: readonly LibraryCall[],
    path: string,
    prefixes: readonly string[],
  ): void {
    const [type, second, third] = call.arguments;
    const options = isObject(second) ? second : third;
    const isPrimary = calls.some(({ name }) => name === 'PrimaryColumn');
    const joinTable = calls.find(({ name }) => name === 'JoinTable');
    this.relations.push({
      path,
      property: field.name,
      prefixes,
      kind: relationKinds[call.name] ?? 'many-to-one',
      target: this.#target(type, call.at),
      ...optional('inverse', isObject(second) ? undefined : propertyNamed(second)),
      isNullable: flagAt(options, 'nullable') !== false && !isPrimary,
      isPrimary,
      isEager: flagAt(options, 'eager') === true,
      isLazy: flagAt(options, 'lazy') === true || /^Promise\s*</.test(field.type ?? ''),
      ...this.#joinColumns(calls),
      ...(joinTable === undefined ? {} : { joinTable: this.#joinTable(joinTable) }),
      range: field.range,
    });
  }

  #joinColumns(calls: readonly LibraryCall[]): Pick<RelationDeclaration, 'joinColumns'> {
    const all = calls.filter(({ name }) => name === 'JoinColumn');
    const columns = all.flatMap((each) => oneOrMany(each.arguments[0]).map((column) => this.#named(column, each.at)));
    return all.length === 0 ? {} : { joinColumns: columns };
  }

  #target(type: Value | undefined, at: Place): RelationDeclaration['target'] {
    if (type === undefined) return undefined;
    const name = stringOf(type);
    if (name !== undefined) return { name };
    const target = type.kind === 'function' ? returned(type, at) : { value: type, at };
    if (target === undefined) return undefined;
    const inner = stringOf(target.value);
    if (inner !== undefined) return { name: inner };
    const origin = this.#tracer.trace(target.value, target.at);
    if (origin.kind === 'class') return { key: declarationKey(origin.file.uri, origin.class.nameRange) };
    const schema = origin.kind === 'instance' && exportedName(origin.of) === 'EntitySchema' ? origin : undefined;
    const schemaName = schema === undefined ? undefined : stringOf(entry(schema.arguments?.[0], 'name'));
    return schemaName === undefined ? undefined : { name: schemaName };
  }

  #named(value: Value, at: Place): NamedColumn {
    return {
      ...optional('name', textAt(entry(value, 'name'), at, this.#tracer)),
      ...optional('referenced', stringOf(entry(value, 'referencedColumnName'))),
    };
  }

  #joinTable({ arguments: [given], at }: LibraryCall): RelationDeclaration['joinTable'] {
    const options = located(given, at, this.#tracer)?.value;
    const columns = (one: string, many: string) =>
      [...oneOrMany(entry(options, one)), ...oneOrMany(entry(options, many))].map((each) => this.#named(each, at));
    return {
      ...optional('name', textAt(entry(options, 'name'), at, this.#tracer)),
      ...optional('schema', stringOf(entry(options, 'schema'))),
      joinColumns: columns('joinColumn', 'joinColumns'),
      inverseJoinColumns: columns('inverseJoinColumn', 'inverseJoinColumns'),
    };
  }
}

/** `{ prefix: false }` → none, `{ prefix: 'home' }` → home, else the property's name. */
function prefixOf(options: Value | undefined, property: string): string[] {
  const prefix = entry(options, 'prefix');
  if (prefix?.kind === 'literal' && (prefix.value === false || prefix.value === '')) return [];
  return [stringOf(prefix) ?? property];
}

function generation(call: LibraryCall, calls: readonly LibraryCall[]): EntityColumn['generated'] {
  const generated = call.name === 'PrimaryGeneratedColumn' ? call : calls.find(({ name }) => name === 'Generated');
  if (generated === undefined) return undefined;
  const strategy = stringOf(generated.arguments[0]) ?? 'increment';
  return strategy === 'increment' || strategy === 'uuid' ? strategy : 'other';
}
