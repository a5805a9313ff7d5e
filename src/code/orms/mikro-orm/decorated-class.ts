import type { ClassFacts, FieldFacts, FileFacts } from '../../facts/facts';
import { entry, entryNames, isObject, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Tracer } from '../../resolve/origin';
import { ancestors } from '../support/class-ancestors';
import type { LibraryCall } from '../support/library-calls';
import { flagAt, optional, textAt } from '../support/program-values';
import type { Declaration, PropDeclaration } from './declaration';
import type { EntityFilter, PropKind } from './entity';
import { decoratorCall } from './program';
import { readProp, readTarget } from './prop-options';

const kinds: Readonly<Record<string, PropKind>> = {
  Property: 'scalar',
  PrimaryKey: 'scalar',
  Enum: 'scalar',
  Formula: 'scalar',
  Embedded: 'embedded',
  ManyToOne: 'm:1',
  OneToOne: '1:1',
  OneToMany: '1:m',
  ManyToMany: 'm:n',
};

/** Reads `@Entity() class Post { @Property() title!: string }`; undefined for a class that is no entity. */
export function readDecoratedClass(found: ClassFacts, file: FileFacts, tracer: Tracer): Declaration | undefined {
  const at = { file, function: found.within };
  const calls = found.decorators.flatMap((chain) => decoratorCall(chain, at, tracer) ?? []);
  const entity = calls.find(({ name }) => name === 'Entity' || name === 'Embeddable');
  if (entity === undefined) return undefined;
  const [options] = entity.arguments;
  const props = new Map<string, PropDeclaration>();
  const above = ancestors(found, file, tracer).reverse();
  for (const each of [...above, { class: found, file }]) {
    for (const field of each.class.fields) {
      const prop = readField(field, each.class, each.file, tracer);
      if (prop !== undefined) props.set(prop.name, prop);
    }
  }
  const uniques = calls
    .filter(({ name }) => name === 'Unique')
    .flatMap(({ arguments: [given] }) => stringOf(entry(given, 'properties')) ?? []);
  return {
    name: found.name,
    ...optional('table', textAt(entry(options, 'tableName') ?? entry(options, 'collection'), entity.at, tracer)),
    ...optional('schema', textAt(entry(options, 'schema'), entity.at, tracer)),
    props: [...props.values()].map((prop) => (uniques.includes(prop.name) ? { ...prop, isUnique: true } : prop)),
    filters: readFilters(calls, options),
    ...(entity.name === 'Embeddable' ? { isEmbeddable: true } : {}),
    uri: file.uri,
    range: found.nameRange,
    notes:
      entry(options, 'discriminatorColumn') === undefined
        ? []
        : ['Conditions on the discriminator column are not included.'],
  };
}

/** `@Filter({ name: 'published', cond: { … }, default: true })`, and `filters` among the entity's options. */
function readFilters(calls: readonly LibraryCall[], options: Value | undefined): EntityFilter[] {
  const own = calls
    .filter(({ name }) => name === 'Filter')
    .flatMap(({ arguments: [given] }) => filterOf(undefined, given) ?? []);
  const named = entry(options, 'filters');
  return [
    ...own,
    ...(isObject(named) ? entryNames(named).flatMap((name) => filterOf(name, entry(named, name)) ?? []) : []),
  ];
}

function filterOf(key: string | undefined, given: Value | undefined): EntityFilter | undefined {
  const name = stringOf(entry(given, 'name')) ?? key;
  const condition = entry(given, 'cond');
  if (name === undefined || condition === undefined) return undefined;
  return { name, condition, isDefault: isTrue(entry(given, 'default')) };
}

function readField(field: FieldFacts, of: ClassFacts, file: FileFacts, tracer: Tracer): PropDeclaration | undefined {
  if (field.isStatic) return undefined;
  const at = { file, function: of.within };
  const calls = field.decorators.flatMap((chain) => decoratorCall(chain, at, tracer) ?? []);
  const call = calls.find(({ name }) => name in kinds);
  const kind = call && kinds[call.name];
  if (call === undefined || kind === undefined) return undefined;
  const [first, second, third] = call.arguments;
  const isRelation = kind !== 'scalar';
  const options = isObject(first) ? first : isObject(second) ? second : third;
  const entity = isRelation && first !== undefined && !isObject(first) ? first : undefined;
  const prop = readProp(
    {
      name: field.name,
      kind,
      range: field.range,
      at: call.at,
      ...optional('entity', call.name === 'Enum' ? undefined : entity),
      ...optional('mappedBy', isRelation && !isObject(second) ? second : undefined),
      ...optional('initial', field.value),
    },
    options,
    tracer,
  );
  const typed = prop.target === undefined && isRelation ? typedTarget(field, of, file, tracer) : undefined;
  return {
    ...prop,
    ...optional('type', prop.type ?? field.type),
    ...optional('target', prop.target ?? typed),
    isPrimary: prop.isPrimary || call.name === 'PrimaryKey' || calls.some(({ name }) => name === 'PrimaryKey'),
    isUnique: prop.isUnique || calls.some(({ name }) => name === 'Unique'),
    isVirtual: prop.isVirtual || call.name === 'Formula',
    isLazy: prop.isLazy || (call.name === 'Formula' && flagAt(second, 'lazy') === true),
  };
}

/** `@ManyToOne() author!: Ref<User>`, or another type around it. */
function typedTarget(field: FieldFacts, of: ClassFacts, file: FileFacts, tracer: Tracer) {
  const typed = field.type === undefined ? undefined : /^(?:\w+<)?\s*(\w+)/.exec(field.type)?.[1];
  // `posts = new Collection<Post>(this)`
  const made = field.value?.kind === 'chain' ? field.value.links[0]?.types?.[0] : undefined;
  const name = typed ?? made;
  if (name === undefined) return undefined;
  const { range } = field;
  return readTarget(
    { kind: 'chain', root: name, rootRange: range, links: [], range },
    { file, function: of.within },
    tracer,
  );
}
