import type { ClassFacts, FieldFacts, FileFacts } from '../../facts/facts';
import { entry, isTrue, stringOf } from '../../facts/value-access';
import type { ChainValue, ObjectValue, Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import { type AssociationOptions, associate } from './associate';
import { attributeOf } from './attributes';
import { nearestConnection } from './connections';
import { dataTypeOf, inferredType, isDataType } from './data-types';
import { associationOptions, type Connection, extendsModel, keyOptions, throughModel } from './declarations';
import type { AssociationKind, Attribute, SequelizeModel } from './declared';
import type { DeclaredModels } from './declared-models';
import type { Evaluator } from './evaluate';
import { modelOf, Options } from './model-options';
import { packages } from './origins';

/** A decorator with the name that sequelize-typescript gives it, and what it is called with. */
interface Decorator {
  readonly name: string;
  readonly given: readonly Value[];
  readonly chain: ChainValue;
}

/** The classes of sequelize-typescript: `@Table class Post extends Model { @Column title: string }`. */
export function* decoratedModels(tracer: Tracer, connections: readonly Connection[]): Generator<SequelizeModel> {
  for (const { declared, file } of decoratedClasses(tracer)) {
    const model = modelOfClass(declared, file, tracer, connections);
    if (model) yield model;
  }
}

function* decoratedClasses(tracer: Tracer): Generator<{ readonly declared: ClassFacts; readonly file: FileFacts }> {
  for (const file of tracer.files.values()) {
    if (!file.imports.some(({ from }) => packages.test(from))) continue;
    for (const declared of file.classes) {
      const at = { file, function: declared.within };
      if (decoratorsOf(declared.decorators, at, tracer).some(({ name }) => name === 'Table')) yield { declared, file };
    }
  }
}

function decoratorsOf(chains: readonly ChainValue[], at: Place, tracer: Tracer): Decorator[] {
  return chains.flatMap((chain) => {
    const link = chain.links.at(-1);
    const isCalled = link?.arguments !== undefined;
    const links = isCalled && link?.name === '' ? chain.links.length - 1 : isCalled ? 0 : chain.links.length;
    const origin = tracer.traceLinks(chain, links, at);
    const name = origin.kind === 'package' && packages.test(origin.package) ? origin.path.at(-1) : undefined;
    return name === undefined ? [] : [{ name, given: link?.arguments ?? [], chain }];
  });
}

function called(decorators: readonly Decorator[], name: string): Decorator | undefined {
  return decorators.find((each) => each.name === name);
}

function modelOfClass(
  declared: ClassFacts,
  file: FileFacts,
  tracer: Tracer,
  connections: readonly Connection[],
): SequelizeModel | undefined {
  const at: Place = { file, function: declared.within };
  const origin: Origin & { kind: 'class' } = { kind: 'class', class: declared, file };
  if (!extendsModel(origin, tracer)) return undefined;
  const decorators = decoratorsOf(declared.decorators, at, tracer);
  const connection = nearestConnection(connections, file.uri, undefined);
  const fields = fieldsOf(origin, tracer);
  const table = called(decorators, 'Table')?.given[0];
  const own = withTimestamps(table, fields);
  const options = new Options(own, at, connection?.define, connection?.schema);
  const isUnderscored = isTrue(options.get('underscored'));
  const accessors = new Set(declared.methods.map(({ name }) => name));
  const attributes = fields
    .flatMap(({ field, decorators: each, at: place }) => columnOf(field, each, place, isUnderscored))
    .map((attribute) => (accessors.has(attribute.name) ? { ...attribute, hasGetter: true as const } : attribute));
  const model = modelOf({
    name: options.text('modelName') ?? declared.name,
    options,
    attributes,
    uri: file.uri,
    range: declared.nameRange,
    isIncomplete: false,
    infersAlias: true,
  });
  addScopes(model, decorators, at);
  for (const method of declared.methods) {
    for (const { name } of decoratorsOf(method.decorators, at, tracer)) {
      if (/^(?:Before|After)[A-Z]/.test(name)) model.hooks.add(name.charAt(0).toLowerCase() + name.slice(1));
    }
  }
  return model;
}

interface DecoratedField {
  readonly field: FieldFacts;
  readonly decorators: readonly Decorator[];
  readonly at: Place;
}

/** Of the class and of those that it extends, the base's first. */
function fieldsOf(origin: Origin & { kind: 'class' }, tracer: Tracer, depth = 0): DecoratedField[] {
  const { class: declared, file } = origin;
  const at: Place = { file, function: declared.within };
  const base = declared.extends && depth < 8 ? tracer.trace(declared.extends, at) : undefined;
  const inherited = base?.kind === 'class' ? fieldsOf(base, tracer, depth + 1) : [];
  const all = [...declared.fields, ...accessorsOf(declared, file)];
  const own = all.flatMap((field): DecoratedField[] => {
    const decorators = decoratorsOf(field.decorators, at, tracer);
    return decorators.length > 0 ? [{ field, decorators, at }] : [];
  });
  return [...inherited, ...own];
}

/** `@Column get title(): string { … }`: a column like a field. */
function accessorsOf(declared: ClassFacts, file: FileFacts): FieldFacts[] {
  return declared.methods.flatMap(({ name, isStatic, decorators, function: id }): FieldFacts[] => {
    const facts = file.functions[id];
    if (isStatic || decorators.length === 0 || facts === undefined) return [];
    const type = facts.returnType ?? facts.parameters[0]?.type;
    return [
      { name, decorators, within: declared.within, range: facts.nameRange, ...(type === undefined ? {} : { type }) },
    ];
  });
}

/** `@CreatedAt created: Date` is the option `createdAt: 'created'`. */
function withTimestamps(table: Value | undefined, fields: readonly DecoratedField[]): Value {
  const range = table?.range ?? { start: 0, end: 0 };
  const literal = (value: string | boolean): Value => ({ kind: 'literal', value, range });
  const added: [string, Value][] = fields.flatMap(({ field, decorators }) =>
    decorators.flatMap(({ name }): [string, Value][] => {
      if (!/^(?:CreatedAt|UpdatedAt|DeletedAt)$/.test(name)) return [];
      const option = name.charAt(0).toLowerCase() + name.slice(1);
      const stamp: [string, Value][] = [
        [option, literal(field.name)],
        ['timestamps', literal(true)],
      ];
      return name === 'DeletedAt' ? [...stamp, ['paranoid', literal(true)]] : stamp;
    }),
  );
  const entries = added.map(([key, value]) => ({ key, keyRange: range, value }));
  const own: ObjectValue = table?.kind === 'object' ? table : { kind: 'object', entries: [], range };
  // The class's own decorator runs last.
  return { ...own, entries: [...entries, ...own.entries] };
}

const flags: Readonly<Record<string, string>> = { PrimaryKey: 'primaryKey', AutoIncrement: 'autoIncrement' };

function columnOf(field: FieldFacts, decorators: readonly Decorator[], at: Place, isUnderscored: boolean): Attribute[] {
  const column = called(decorators, 'Column');
  if (!column) return [];
  const [given] = column.given;
  const options: Value = given ?? { kind: 'object', entries: [], range: field.range };
  const base = attributeOf(field.name, options, at, isUnderscored);
  const isTyped = given !== undefined && (isDataType(given) || entry(given, 'type') !== undefined);
  const type = isTyped ? dataTypeOf(isDataType(options) ? options : entry(options, 'type')) : inferredType(field.type);
  const flagged = Object.fromEntries(
    decorators.flatMap(({ name }) => {
      const flag = flags[name];
      return flag === undefined ? [] : [[`is${flag.charAt(0).toUpperCase()}${flag.slice(1)}`, true]];
    }),
  );
  const defaultValue = called(decorators, 'Default')?.given[0];
  const unique = called(decorators, 'Unique');
  return [
    {
      ...base,
      ...flagged,
      type,
      ...(defaultValue ? { default: { value: defaultValue, at } } : {}),
      ...(unique ? { unique: stringOf(unique.given[0]) ?? true } : {}),
      range: field.range,
    },
  ];
}

function addScopes(model: SequelizeModel, decorators: readonly Decorator[], at: Place): void {
  const standard = called(decorators, 'DefaultScope')?.given[0];
  if (standard) model.defaultScope = { value: standard, at };
  const scopes = called(decorators, 'Scopes')?.given[0];
  const object =
    scopes?.kind === 'function'
      ? (scopes.body.find((step) => step.isReturned)?.value ?? at.file.functions[scopes.id]?.returns[0])
      : scopes;
  const place = scopes?.kind === 'function' ? { ...at, function: scopes.id } : at;
  if (object?.kind !== 'object') return;
  for (const { key, value } of object.entries) {
    if (typeof key !== 'string') continue;
    if (key === 'defaultScope') model.defaultScope = { value, at: place };
    else model.scopes.set(key, { value, at: place });
  }
}

const associating: Readonly<Record<string, AssociationKind>> = {
  BelongsTo: 'belongsTo',
  HasOne: 'hasOne',
  HasMany: 'hasMany',
  BelongsToMany: 'belongsToMany',
};

/** `@BelongsTo(() => User, 'authorId') author: User` with the keys of `@ForeignKey`. */
export function decoratedAssociations(tracer: Tracer, declared: DeclaredModels, evaluator: Evaluator): void {
  const keys = new Map<SequelizeModel, { readonly target: SequelizeModel; readonly name: string }[]>();
  const classes = [...decoratedClasses(tracer)];
  const found = classes.flatMap(({ declared: one, file }) => {
    const model = declared.declaredAt(file.uri, one.nameRange);
    return model ? [{ model, fields: fieldsOf({ kind: 'class', class: one, file }, tracer) }] : [];
  });
  for (const { model, fields } of found) {
    for (const { field, decorators, at } of fields) {
      const target = targetOf(called(decorators, 'ForeignKey')?.given[0], at, evaluator);
      if (target) keys.set(model, [...(keys.get(model) ?? []), { target, name: field.name }]);
    }
  }
  const keyOf = (holder: SequelizeModel, target: SequelizeModel) =>
    keys.get(holder)?.find((each) => each.target === target)?.name;
  for (const { model, fields } of found) {
    for (const { field, decorators, at } of fields) {
      for (const { name, given } of decorators) {
        const kind = associating[name];
        const target = kind && targetOf(given[0], at, evaluator);
        if (!kind || !target) continue;
        const options = optionsOf(kind, given, field.name, at, evaluator);
        if (kind === 'belongsToMany' && options.through === undefined) continue;
        const isNamed = options.foreignKey?.name !== undefined;
        const through = typeof options.through === 'object' ? options.through : undefined;
        const holder = kind === 'belongsTo' ? model : (through ?? target);
        const referenced = kind === 'belongsTo' ? target : model;
        const foreign = isNamed ? undefined : keyOf(holder, referenced);
        const other = through && options.otherKey?.name === undefined ? keyOf(through, target) : undefined;
        const association = associate({
          kind,
          source: model,
          target,
          options: {
            ...options,
            ...(foreign === undefined ? {} : { foreignKey: { ...options.foreignKey, name: foreign } }),
            ...(other === undefined ? {} : { otherKey: { ...options.otherKey, name: other } }),
          },
          uri: at.file.uri,
          range: field.range,
          through: (table, source, timestamps) => throughModel(table, source, timestamps, declared),
        });
        declared.addAssociation(association);
      }
    }
  }
}

/** `() => User`, `User` */
function targetOf(value: Value | undefined, at: Place, evaluator: Evaluator): SequelizeModel | undefined {
  if (value?.kind !== 'function') return evaluator.model(value, at)?.model;
  const returned = value.body.find((step) => step.isReturned)?.value ?? at.file.functions[value.id]?.returns[0];
  return evaluator.model(returned, { ...at, function: value.id })?.model;
}

function optionsOf(
  kind: AssociationKind,
  given: readonly Value[],
  property: string,
  at: Place,
  evaluator: Evaluator,
): AssociationOptions {
  const [, second, third, fourth] = given;
  const isObject = second?.kind === 'object';
  const base = isObject ? associationOptions(second, at, evaluator) : { isDeletedWithHooks: false };
  const named = { ...base, as: base.as ?? property };
  if (kind !== 'belongsToMany') return isObject ? named : { ...named, foreignKey: keyOptions(second) };
  const throughValue = isObject ? (entry(entry(second, 'through'), 'model') ?? entry(second, 'through')) : second;
  const through = stringOf(throughValue) ?? targetOf(throughValue, at, evaluator);
  return {
    ...named,
    ...(through === undefined ? {} : { through }),
    ...(isObject ? {} : { foreignKey: keyOptions(third), otherKey: keyOptions(fourth) }),
  };
}
