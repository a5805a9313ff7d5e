import type { ClassFacts, FieldFacts, FileFacts } from '../facts/facts';
import type { ArrayValue, ObjectValue } from '../facts/values';
import { bestOrigin, unknownOrigin, weightOf } from './best-origin';
import { type Follow, type TypeArguments, valueOfType } from './follow';
import { sharedMember } from './follow-shared';
import type { Origin, Place } from './origin';
import { declaredByFolder } from './read-folder';
import { helperMethod } from './ruby-names';
import { readType } from './type-text';

type Instance = Origin & { readonly kind: 'instance' };

/** What a property of something is. */
export function memberOrigin(follow: Follow, of: Origin, name: string): Origin {
  const found = known(follow, of, name);
  // Declared without a value, or with `null`: it is set elsewhere.
  if (found && weightOf(found) >= 2) return found;
  return sharedMember(follow, of, name) ?? found ?? beyond(of, name);
}

/** The property of something that no code of the workspace explains. */
function beyond(of: Origin, name: string): Origin {
  switch (of.kind) {
    case 'unknown':
      return of;
    case 'value':
      return of.value.kind === 'literal' ? unknownOrigin : { kind: 'member', of, name };
    case 'package':
      return { ...of, path: [...of.path, name] };
    case 'parameter':
      return { ...of, path: [...of.path, name] };
    default:
      return { kind: 'member', of, name };
  }
}

function known(follow: Follow, of: Origin, name: string): Origin | undefined {
  switch (of.kind) {
    case 'module':
      return follow.exported(of.file, name) ?? (name === 'default' ? follow.exported(of.file, '=') : undefined);
    case 'class':
      return (
        classMember(follow, { of: of.class, file: of.file, name, isStatic: true }) ??
        helperMethod(follow, of.file, name)
      );
    case 'type':
      return typeMember(follow, of, name, new Map());
    case 'instance':
      return instanceMember(follow, of, name);
    case 'global':
      return /^(?:globalThis|global|window)$/.test(of.name) ? declaredGlobal(follow, name) : undefined;
    case 'value':
      if (of.value.kind === 'object') return entryOf(follow, of.value, name, of.at);
      return of.value.kind === 'array' ? elementAt(follow, of.value, name, of.at) : undefined;
    default:
      return undefined;
  }
}

function instanceMember(follow: Follow, of: Instance, name: string): Origin | undefined {
  const type = of.of;
  if (type.kind === 'class') {
    const types = typeArgumentsOf(type.class.typeParameters, of.types);
    return (
      classMember(follow, { of: type.class, file: type.file, name, isStatic: false, types, self: of }) ??
      helperMethod(follow, type.file, name)
    );
  }
  if (type.kind === 'type') {
    const found = typeMember(follow, type, name, typeArgumentsOf(type.type.parameters, of.types));
    if (found && weightOf(found) > 2) return found;
    return memberOfOnlyImplementation(follow, type.type.name, of, name) ?? found;
  }
  if (type.kind === 'package') return addedMember(follow, type.package, type.path.at(-1) ?? '', name);
  const isList = type.kind === 'global' && type.name === 'Array';
  return isList && /^(?:\d+|\[\])$/.test(name) ? valueOfType(of.types[0] ?? unknownOrigin) : undefined;
}

/** `declare global { var prisma: PrismaClient }` */
export function declaredGlobal(follow: Follow, name: string): Origin | undefined {
  return addedMember(follow, 'global', '', name);
}

/** `declare module 'fastify' { interface FastifyInstance { db: Knex } }`, and Express's global namespace. */
function addedMember(follow: Follow, module: string, type: string, name: string): Origin | undefined {
  const added = [...follow.program.added(module, type), ...follow.program.added('global', type)];
  for (const { type: facts, file } of added) {
    const member = facts.members.find((one) => one.name === name);
    if (member?.type !== undefined) return ofType(follow, member.type, { file, function: 0 }, new Map());
  }
  return undefined;
}

function typeMember(
  follow: Follow,
  of: Origin & { readonly kind: 'type' },
  name: string,
  types: TypeArguments,
): Origin | undefined {
  const at = { file: of.file, function: 0 };
  const member = of.type.members.find((one) => one.name === name);
  if (member) return member.type === undefined ? undefined : ofType(follow, member.type, at, types);
  for (const mapped of of.type.members) {
    // `{ [K in keyof typeof Factories]: ReturnType<(typeof Factories)[K]> }`
    const [, key = '', over = ''] = /^\[\s*(\w+)\s+in\s+keyof\s+([\s\S]+?)\s*\]$/.exec(mapped.name) ?? [];
    if (key === '' || mapped.type === undefined || !hasMember(follow, over, name, at, types)) continue;
    return ofType(follow, mapped.type.replaceAll(`[${key}]`, `['${name}']`), at, types);
  }
  for (const text of of.type.extends ?? []) {
    const base = valueOfType(follow.type(readType(text), at, types));
    const found = base.kind === 'unknown' ? undefined : follow.member(base, name);
    if (found && found.kind !== 'member' && weightOf(found) > 1) return found;
  }
  return undefined;
}

function hasMember(follow: Follow, type: string, name: string, at: Place, types: TypeArguments): boolean {
  const of = valueOfType(follow.type(readType(type), at, types));
  const member = follow.member(of, name);
  return weightOf(member) >= 2 && !(member.kind === 'member' && member.of === of);
}

function ofType(follow: Follow, text: string, at: Place, types: TypeArguments): Origin {
  const node = readType(text);
  return node.kind === 'function' ? unknownOrigin : valueOfType(follow.type(node, at, types));
}

/** An interface or an abstract class with one class behind it stands for that. */
function memberOfOnlyImplementation(follow: Follow, type: string, of: Origin, name: string): Origin | undefined {
  const [only, ...more] = type === '' ? [] : follow.program.implementing(type);
  if (!only || more.length > 0) return undefined;
  const self: Origin = { kind: 'instance', of: { kind: 'class', ...only }, types: [] };
  return of.kind === 'instance' && of.of.kind === 'class' && of.of.class === only.class
    ? undefined
    : classMember(follow, { of: only.class, file: only.file, name, isStatic: false, self });
}

interface MemberOfClass {
  readonly of: ClassFacts;
  readonly file: FileFacts;
  readonly name: string;
  readonly isStatic: boolean;
  readonly types?: TypeArguments;
  /** The object in question: of this class or of one below it. */
  readonly self?: Origin;
}

/** A field, method or getter of a class or of those that it extends; undefined: none of the workspace. */
export function classMember(follow: Follow, asked: MemberOfClass, depth = 0): Origin | undefined {
  const { of, file, name, isStatic, types = new Map(), self } = asked;
  const methods = of.methods.filter((one) => one.name === name && (one.isStatic ?? false) === isStatic);
  // Of overloads the last one has the body.
  const method = methods.at(-1);
  if (method) {
    const facts = file.functions[method.function];
    if (facts) {
      const origin: Origin = { kind: 'function', function: facts, file, ...(self && { self }) };
      return method.isGetter ? resultOfGetter(follow, file, method.function, self) : origin;
    }
  }
  const fields = of.fields.filter((one) => one.name === name && (one.isStatic ?? false) === isStatic);
  if (fields.length > 0) {
    return bestOrigin(fields.map((one) => fieldOrigin(follow, one, { file, function: one.within, self }, types)));
  }
  if (!of.extends || depth > 10) return memberOfOnlyImplementation(follow, of.name, self ?? unknownOrigin, name);
  const base = baseOf(follow, of, file, types);
  if (base?.class.kind === 'class') {
    const { class: above, file: in_ } = base.class;
    return classMember(follow, { of: above, file: in_, name, isStatic, types: base.types, self }, depth + 1);
  }
  return memberOfOnlyImplementation(follow, of.name, self ?? unknownOrigin, name);
}

/** What a class extends, with the type arguments that it passes on. */
export function baseOf(
  follow: Follow,
  of: ClassFacts,
  file: FileFacts,
  types: TypeArguments = new Map(),
): { readonly class: Origin; readonly types: TypeArguments } | undefined {
  if (!of.extends) return undefined;
  const at = { file, function: of.within };
  const base = follow.trace(of.extends, at);
  if (base.kind !== 'class') return { class: base, types: new Map() };
  const given = (of.extendsTypes ?? []).map((text) => follow.type(readType(text), at, types));
  return { class: base, types: typeArgumentsOf(base.class.typeParameters, given) };
}

/** The T of `class Base<T>` in one of its methods, as the object in question was made. */
export function typesInForce(follow: Follow, at: Place): TypeArguments {
  const owner = follow.program.scopeOf(at.file).classAround(at.function)?.class;
  if (!owner?.typeParameters || at.self?.kind !== 'instance' || at.self.of.kind !== 'class') return new Map();
  let types = typeArgumentsOf(at.self.of.class.typeParameters, at.self.types);
  let { class: one, file } = at.self.of;
  for (let depth = 0; depth < 10 && one !== owner; depth++) {
    const base = baseOf(follow, one, file, types);
    if (base?.class.kind !== 'class') return new Map();
    ({ class: one, file } = base.class);
    types = base.types;
  }
  return one === owner ? types : new Map();
}

function typeArgumentsOf(parameters: readonly string[] | undefined, given: readonly Origin[]): TypeArguments {
  return new Map((parameters ?? []).flatMap((name, i) => (given[i] ? [[name, given[i]] as const] : [])));
}

function fieldOrigin(follow: Follow, field: FieldFacts, at: Place, types: TypeArguments): Origin {
  const typed = field.type === undefined ? unknownOrigin : ofType(follow, field.type, at, types);
  const injected = injectedOrigin(follow, field.decorators, typed, at);
  if (weightOf(injected) >= 5) return injected;
  return bestOrigin([injected, field.value ? follow.trace(field.value, at) : unknownOrigin]);
}

/**
 * `@InjectRepository(Post) posts: Repository<any>`, `@InjectModel(User.name) users`: what is injected where the type
 * alone does not say it.
 */
export function injectedOrigin(
  follow: Follow,
  decorators: FieldFacts['decorators'] | undefined,
  typed: Origin,
  at: Place,
): Origin {
  for (const decorator of decorators ?? []) {
    const name = decorator.links.findLast((link) => link.name !== '')?.name ?? decorator.root;
    const argument = decorator.links.at(-1)?.arguments?.[0];
    if (typeof name !== 'string' || !argument || !/^(?:Inject|InjectRepository|InjectModel)$/.test(name)) continue;
    const given = argument.kind === 'chain' ? follow.trace(argument, { ...at, function: 0 }) : unknownOrigin;
    if (given.kind !== 'class') continue;
    if (name === 'InjectRepository' && typed.kind === 'instance' && !typed.types.some((one) => one.kind === 'class'))
      return { ...typed, types: [given] };
    if (typed.kind === 'unknown') return name === 'InjectModel' ? given : valueOfType(given);
  }
  return typed;
}

function resultOfGetter(follow: Follow, file: FileFacts, id: number, self: Origin | undefined): Origin {
  const facts = file.functions[id];
  const at = { file, function: id, self };
  const returned = bestOrigin((facts?.returns ?? []).map((value) => follow.trace(value, at)));
  if (weightOf(returned) >= 4 || facts?.returnType === undefined) return returned;
  return bestOrigin([ofType(follow, facts.returnType, at, new Map()), returned]);
}

function entryOf(follow: Follow, object: ObjectValue, name: string, at: Place): Origin | undefined {
  const entries = object.entries.filter((one) => one.key === name);
  const own = bestOrigin(entries.reverse().map((one) => follow.trace(one.value, at)));
  if (weightOf(own) >= 2) return own;
  // `knex: null` in an object is set later.
  const shared = sharedMember(follow, { kind: 'value', value: object, at }, name);
  if (shared || entries.length > 0) return shared ?? own;
  let beyondCode: Origin | undefined;
  for (const spread of object.spreads?.toReversed() ?? []) {
    const of = follow.trace(spread.value, at);
    const origin = follow.member(of, name);
    const isKnown = !(origin.kind === 'member' && origin.of === of);
    if (isKnown && weightOf(origin) >= 3) return origin;
    if (weightOf(origin) >= 4 && of.kind !== 'value') beyondCode ??= origin;
  }
  const inFolder = object.open || object.spreads ? declaredByFolder(follow, at.file, name) : undefined;
  return inFolder ?? beyondCode;
}

function elementAt(follow: Follow, array: ArrayValue, name: string, at: Place): Origin | undefined {
  if (name === '[]') return elementOrigin(follow, { kind: 'value', value: array, at });
  if (!/^\d+$/.test(name)) return undefined;
  const element = array.elements[Number(name)] ?? (array.open ? array.elements[0] : undefined);
  return element && follow.trace(element.value, at);
}

/** One of many. */
export function elementOrigin(follow: Follow, of: Origin): Origin {
  if (of.kind === 'unknown') return of;
  if (of.kind === 'value' && of.value.kind === 'array') {
    const { value, at } = of;
    const spread = (value.spreads ?? []).slice(0, 5).map((one) => follow.element(follow.trace(one.value, at)));
    return bestOrigin([...value.elements.slice(0, 5).map((one) => follow.trace(one.value, at)), ...spread]);
  }
  if (of.kind === 'value' && of.value.kind === 'object') {
    const { value, at } = of;
    return bestOrigin(value.entries.slice(0, 5).map((one) => follow.trace(one.value, at)));
  }
  const isList = of.kind === 'instance' && of.of.kind === 'global' && of.of.name === 'Array';
  return isList ? valueOfType(of.types[0] ?? unknownOrigin) : { kind: 'element', of };
}
