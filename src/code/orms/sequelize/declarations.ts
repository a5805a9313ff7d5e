import { entry, isFalse, isTrue, stringOf } from '../../facts/value-access';
import type { ChainValue, Link, Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import { type AssociationOptions, associate, type KeyOptions } from './associate';
import { attributesIn } from './attributes';
import { connectionsOf, nearestConnection } from './connections';
import type { AssociationKind, SequelizeModel, Sourced } from './declared';
import { DeclaredModels } from './declared-models';
import { decoratedAssociations, decoratedModels } from './decorated';
import { entriesOf, objectAt } from './entries';
import { Evaluator } from './evaluate';
import { modelOf, Options } from './model-options';
import { isSequelize, ModelOrigins, packages } from './origins';

/** A call that declares something: `Post.init(…)`, `sequelize.define(…)`, `Post.hasMany(…)`, `Post.addScope(…)`. */
export interface DeclaringCall {
  readonly name: string;
  readonly chain: ChainValue;
  /** Index of the link that is called. */
  readonly index: number;
  readonly link: Link & { readonly arguments: readonly Value[] };
  readonly at: Place;
}

const declaring =
  /^(?:define|init|belongsTo|hasOne|hasMany|belongsToMany|addScope|addHook|removeAttribute|forRoot|forRootAsync)$/;
const hook = /^(?:before|after)[A-Z]\w+$/;

/** All models of the files, with associations, as Sequelize would have made them. */
export function declaredModels(tracer: Tracer): DeclaredModels {
  const declared = new DeclaredModels();
  const origins = new ModelOrigins(tracer, declared);
  const evaluator = new Evaluator(origins);
  const calls = [...declaringCalls(tracer)];
  const connections = connectionsOf(tracer, calls);
  for (const call of calls) {
    const model = ofDefine(call, tracer, connections) ?? ofInit(call, tracer, connections);
    if (model) declared.add(model);
  }
  for (const model of decoratedModels(tracer, connections)) declared.add(model);
  for (const call of calls) {
    const model =
      declared.all.length > 0 ? evaluator.modelOfLinks(call.chain, call.index, receiverPlace(call)) : undefined;
    if (model) complete(model.model, call, declared, evaluator);
  }
  decoratedAssociations(tracer, declared, evaluator);
  return declared;
}

function* declaringCalls(tracer: Tracer): Generator<DeclaringCall> {
  for (const file of tracer.files.values()) {
    for (const [id, { uses }] of file.functions.entries()) {
      for (const { chain } of uses) {
        for (const [index, link] of chain.links.entries()) {
          const { arguments: given, name } = link;
          if (given === undefined || !(declaring.test(name) || hook.test(name))) continue;
          yield { name, chain, index, link: { ...link, arguments: given }, at: { file, function: id } };
        }
      }
    }
  }
}

function receiverPlace({ at }: DeclaringCall): Place {
  return at;
}

export interface Connection {
  readonly uri: string;
  /** Its option `define`. */
  readonly define?: Sourced;
  readonly schema?: string;
}

function optionsOf(value: Value | undefined, at: Place, tracer: Tracer, connections: readonly Connection[]): Options {
  const found = objectAt(value, at, tracer);
  const own: Value | undefined = found && {
    ...found.object,
    entries: entriesOf(found.object, found.at, tracer).entries,
  };
  const place = found?.at ?? at;
  const chosen = entry(own, 'sequelize');
  const origin = chosen && tracer.trace(chosen, place);
  const connection = nearestConnection(connections, at.file.uri, origin);
  return new Options(own, place, connection?.define, connection?.schema);
}

/** `sequelize.define('Post', { … }, { … })` */
function ofDefine(call: DeclaringCall, tracer: Tracer, connections: readonly Connection[]): SequelizeModel | undefined {
  if (call.name !== 'define') return undefined;
  const { chain, index, link, at } = call;
  const [first, second, third] = link.arguments;
  const name = stringOf(first);
  if (name === undefined || second === undefined || (index === 0 && chain.root === 'define')) return undefined;
  const before = index > 0 ? chain.links[index - 1]?.name : chain.root;
  const origin = tracer.traceLinks(chain, index, at);
  const isNamed = typeof before === 'string' && /sequelize|connection|^(?:db|database|orm)$/i.test(before);
  if (!isSequelize(origin) && !isNamed) return undefined;
  return declare(name, second, third, call, tracer, connections, link.range);
}

function declare(
  name: string,
  attributes: Value,
  options: Value | undefined,
  { at }: DeclaringCall,
  tracer: Tracer,
  connections: readonly Connection[],
  range: SequelizeModel['range'],
): SequelizeModel {
  const settled = optionsOf(options, at, tracer, connections);
  const object = objectAt(attributes, at, tracer);
  const known = object && entriesOf(object.object, object.at, tracer);
  const isUnderscored = isTrue(settled.get('underscored'));
  return modelOf({
    name: settled.text('modelName') ?? name,
    options: settled,
    attributes: known ? attributesIn(known, isUnderscored) : [],
    uri: at.file.uri,
    range,
    isIncomplete: known === undefined || known.isOpen,
    infersAlias: false,
  });
}

/** `Post.init({ … }, { sequelize })`, `super.init(…)` and `this.init(…)` in a method of the class. */
function ofInit(call: DeclaringCall, tracer: Tracer, connections: readonly Connection[]): SequelizeModel | undefined {
  if (call.name !== 'init') return undefined;
  const [first, second] = call.link.arguments;
  const origin = classOf(call, tracer);
  if (first === undefined || origin === undefined || !extendsModel(origin, tracer)) return undefined;
  const { class: declared, file } = origin;
  const model = declare(declared.name, first, second, call, tracer, connections, declared.nameRange);
  return { ...model, uri: file.uri };
}

export function classOf({ chain, index, at }: DeclaringCall, tracer: Tracer): (Origin & { kind: 'class' }) | undefined {
  if (index === 0 && (chain.root === 'this' || chain.root === 'super')) {
    const name = at.file.functions[at.function]?.class;
    const own = at.file.classes.find((each) => each.name === name);
    return own && { kind: 'class', class: own, file: at.file };
  }
  const origin = tracer.traceLinks(chain, index, at);
  return origin.kind === 'class' ? origin : undefined;
}

/** Whether a class is a model of Sequelize, itself or by those that it extends. */
export function extendsModel(origin: Origin & { kind: 'class' }, tracer: Tracer, depth = 0): boolean {
  const { extends: base, within } = origin.class;
  if (base === undefined || depth > 8) return false;
  const above = tracer.trace(base, { file: origin.file, function: within });
  if (above.kind === 'class') return extendsModel(above, tracer, depth + 1);
  return above.kind === 'package' && packages.test(above.package) && above.path.at(-1) === 'Model';
}

function complete(model: SequelizeModel, call: DeclaringCall, declared: DeclaredModels, evaluator: Evaluator): void {
  const { name, link, at } = call;
  const [first, second] = link.arguments;
  if (/^(?:belongsTo|hasOne|hasMany|belongsToMany)$/.test(name)) {
    const target = evaluator.model(first, at)?.model;
    const options = associationOptions(second, at, evaluator);
    if (!target || (name === 'belongsToMany' && options.through === undefined)) return;
    const association = associate({
      kind: name as AssociationKind,
      source: model,
      target,
      options,
      uri: at.file.uri,
      range: link.range,
      through: (table, source, timestamps) => throughModel(table, source, timestamps, declared),
    });
    declared.addAssociation(association);
  } else if (name === 'addScope') {
    const scope = stringOf(first);
    if (scope === 'defaultScope' && second) model.defaultScope = { value: second, at };
    else if (scope !== undefined && second) model.scopes.set(scope, { value: second, at });
  } else if (name === 'removeAttribute') {
    model.attributes.delete(stringOf(first) ?? '');
  } else if (name === 'addHook') {
    model.hooks.add(stringOf(first) ?? 'hook');
  } else if (hook.test(name)) {
    model.hooks.add(name);
  }
}

export function associationOptions(value: Value | undefined, at: Place, evaluator: Evaluator): AssociationOptions {
  const object = objectAt(value, at, evaluator.origins.tracer)?.object ?? value;
  const get = (name: string) => entry(object, name);
  const as = get('as');
  const through = get('through');
  const throughName = stringOf(through) ?? stringOf(entry(through, 'model'));
  const throughModel = evaluator.model(entry(through, 'model') ?? through, at)?.model ?? throughName;
  const throughScope = entry(through, 'scope');
  const scope = get('scope');
  const timestamps = get('timestamps');
  return {
    ...text('as', stringOf(as) ?? stringOf(entry(as, 'plural')) ?? stringOf(entry(as, 'singular'))),
    ...text('singular', stringOf(entry(as, 'singular'))),
    ...text('sourceKey', stringOf(get('sourceKey'))),
    ...text('targetKey', stringOf(get('targetKey'))),
    foreignKey: keyOptions(get('foreignKey')),
    otherKey: keyOptions(get('otherKey')),
    ...(throughModel === undefined ? {} : { through: throughModel }),
    ...(throughScope ? { throughScope: { value: throughScope, at } } : {}),
    ...(scope ? { scope: { value: scope, at } } : {}),
    ...(timestamps ? { timestamps: !isFalse(timestamps) } : {}),
    isDeletedWithHooks: isTrue(get('hooks')) && stringOf(get('onDelete'))?.toLowerCase() === 'cascade',
  };
}

function text<K extends string>(key: K, value: string | undefined): { readonly [key in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: string });
}

export function keyOptions(value: Value | undefined): KeyOptions {
  const name = stringOf(value) ?? stringOf(entry(value, 'name')) ?? stringOf(entry(value, 'fieldName'));
  return { ...text('name', name), ...text('field', stringOf(entry(value, 'field'))) };
}

/** A join table that is named by a string only has the options of the model from which the association goes out. */
export function throughModel(
  name: string,
  source: SequelizeModel,
  timestamps: boolean | undefined,
  declared: DeclaredModels,
): SequelizeModel {
  const known = declared.named(name, source.uri);
  if (known) return known;
  const at: Place = {
    file: { uri: source.uri, languageId: '', imports: [], exports: [], classes: [], functions: [] },
    function: 0,
  };
  const made = modelOf({
    name,
    options: new Options(undefined, at),
    attributes: [],
    uri: source.uri,
    range: source.range,
    isIncomplete: false,
    infersAlias: source.infersAlias,
  });
  const { createdAt, updatedAt, isUnderscored } = source.options;
  const hasTimestamps = timestamps ?? true;
  const options = {
    isUnderscored,
    isParanoid: false,
    hasTimestamps,
    ...(hasTimestamps && createdAt !== undefined ? { createdAt } : {}),
    ...(hasTimestamps && updatedAt !== undefined ? { updatedAt } : {}),
    mergesWhere: false,
  };
  const attributes = new Map([['id', made.attributes.get('id')]]) as SequelizeModel['attributes'];
  for (const stamp of [options.createdAt, options.updatedAt]) {
    const like = source.attributes.get(stamp ?? '');
    if (like) attributes.set(like.name, { ...like });
  }
  const through: SequelizeModel = {
    ...made,
    table: name,
    options,
    attributes,
    range: { start: source.range.start + 1_000_000_000 + name.length, end: source.range.end },
    ...(source.schema === undefined ? {} : { schema: source.schema }),
  };
  declared.add(through);
  return through;
}
