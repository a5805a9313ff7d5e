import type { TextRange } from '../../../nouns/text-range';
import { elementsOf, entry, isTrue, oneOrMany, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Place, Tracer } from '../../resolve/origin';
import { flagAt, optional, propertyNamed, returned } from '../support/program-values';
import { declarationKey, type PropDeclaration, type Target } from './declaration';
import type { PropKind } from './entity';

export interface PropSource {
  readonly name: string;
  readonly kind: PropKind;
  readonly range: TextRange;
  readonly at: Place;
  /** What the decorator says beside its options: `@ManyToOne(() => User)`, `(post) => post.author`. */
  readonly entity?: Value;
  readonly mappedBy?: Value;
  /** The program sets a value where it declares the property. */
  readonly initial?: Value;
}

/** The options of a property, of a decorator or of an EntitySchema: they have the same names. */
export function readProp(source: PropSource, options: Value | undefined, tracer: Tracer): PropDeclaration {
  const texts = (one: string, many: string) => {
    const all = [...oneOrMany(entry(options, one)), ...(elementsOf(entry(options, many)) ?? [])];
    const found = all.flatMap((each) => stringOf(each) ?? []);
    return found.length === 0 ? undefined : found;
  };
  const target = source.entity ?? entry(options, 'entity');
  const isOwner = flagAt(options, 'owner');
  const other = propertyNamed(source.mappedBy);
  const mappedBy = propertyNamed(entry(options, 'mappedBy')) ?? (isOwner ? undefined : other);
  const prefix = entry(options, 'prefix');
  const given = entry(options, 'default') ?? entry(options, 'defaultRaw');
  const isLiteral = source.initial?.kind === 'literal';
  return {
    name: source.name,
    kind: source.kind,
    ...optional('type', stringOf(entry(options, 'type')) ?? typeName(entry(options, 'type'))),
    ...optional(
      'fieldNames',
      texts('fieldName', 'fieldNames') ?? texts('joinColumn', isKeyed(source.kind) ? 'joinColumns' : ''),
    ),
    ...optional('target', target === undefined ? undefined : readTarget(target, source.at, tracer)),
    isPrimary: flagAt(options, 'primary') === true,
    isUnique: isTrue(entry(options, 'unique')) || stringOf(entry(options, 'unique')) !== undefined,
    isNullable: flagAt(options, 'nullable') === true,
    isLazy: flagAt(options, 'lazy') === true,
    isEager: flagAt(options, 'eager') === true,
    isVirtual: flagAt(options, 'persist') === false || entry(options, 'formula') !== undefined,
    hasDefault: given !== undefined || isLiteral || entry(options, 'generated') !== undefined,
    ...optional('default', given ?? (isLiteral ? source.initial : undefined)),
    ...optional('owner', isOwner),
    ...optional('mappedBy', mappedBy),
    ...optional('inversedBy', propertyNamed(entry(options, 'inversedBy')) ?? (isOwner ? other : undefined)),
    ...optional('pivotTable', stringOf(entry(options, 'pivotTable'))),
    ...optional('joinColumns', texts('joinColumn', 'joinColumns')),
    ...optional('inverseJoinColumns', texts('inverseJoinColumn', 'inverseJoinColumns')),
    isObject: flagAt(options, 'object') === true || flagAt(options, 'array') === true,
    ...optional('prefix', stringOf(prefix) ?? (flagAt(options, 'prefix') === false ? (false as const) : undefined)),
    ...optional('orderBy', entry(options, 'orderBy')),
    range: source.range,
  };
}

function isKeyed(kind: PropKind): boolean {
  return kind === 'm:1' || kind === '1:1';
}

/** `type: t.text`, `type: 'string'`, `type: TextType` */
function typeName(value: Value | undefined): string | undefined {
  if (value?.kind !== 'chain') return undefined;
  return value.links.at(-1)?.name ?? (typeof value.root === 'string' ? value.root : undefined);
}

export function readTarget(value: Value, at: Place, tracer: Tracer): Target | undefined {
  const given = value.kind === 'function' ? returned(value, at) : { value, at };
  if (given === undefined) return undefined;
  const name = stringOf(given.value);
  if (name !== undefined) return { name };
  const origin = tracer.trace(given.value, given.at);
  const declared = origin.kind === 'instance' ? origin.of : origin;
  if (declared.kind === 'class') return { key: declarationKey(declared.file.uri, declared.class.nameRange) };
  // `new EntitySchema({ … })`, `defineEntity({ … })`
  if (origin.kind !== 'instance' && origin.kind !== 'call') return undefined;
  const schema = origin.arguments?.[0];
  const own = stringOf(entry(schema, 'name'));
  if (own !== undefined) return { name: own };
  const of = entry(schema, 'class');
  return of === undefined || origin.at === undefined ? undefined : readTarget(of, origin.at, tracer);
}
