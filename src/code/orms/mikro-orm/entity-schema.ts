import { entry, entryNames, isObject, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Place, Tracer } from '../../resolve/origin';
import { optional, returned } from '../support/program-values';
import type { Declaration, PropDeclaration } from './declaration';
import type { PropKind } from './entity';
import { readProp } from './prop-options';
import { builtOptions } from './property-builder';

/** Reads the options of `new EntitySchema({ class: Post, properties: { … } })`, and of `defineEntity({ name: 'Post', properties: { … } })`. */
export function readEntitySchema(options: Value | undefined, at: Place, tracer: Tracer): Declaration | undefined {
  if (!isObject(options)) return undefined;
  const of = entry(options, 'class');
  const origin = of === undefined ? undefined : tracer.trace(of, at);
  const declared = origin?.kind === 'class' ? origin : undefined;
  const name = declared?.class.name ?? stringOf(entry(options, 'name'));
  const { value: properties, at: place } = propertiesOf(entry(options, 'properties'), at);
  if (name === undefined || !isObject(properties)) return undefined;
  return {
    name,
    ...optional('table', stringOf(entry(options, 'tableName')) ?? stringOf(entry(options, 'collection'))),
    ...optional('schema', stringOf(entry(options, 'schema'))),
    props: entryNames(properties).map((each) => propOf(each, entry(properties, each), place, tracer)),
    filters: [],
    uri: declared?.file.uri ?? at.file.uri,
    range: declared?.class.nameRange ?? options.range,
    notes:
      entry(options, 'extends') === undefined ? [] : ['The properties of the schema that it extends are not included.'],
  };
}

/** `(p) => ({ id: p.integer().primary() })` */
function propertiesOf(value: Value | undefined, at: Place): { readonly value?: Value; readonly at: Place } {
  return value?.kind === 'function' ? (returned(value, at) ?? { at }) : { value, at };
}

function propOf(name: string, given: Value | undefined, from: Place, tracer: Tracer): PropDeclaration {
  const { value: options, at } = builtOptions(given, from);
  const kind = (stringOf(entry(options, 'kind')) ?? stringOf(entry(options, 'reference')) ?? 'scalar') as PropKind;
  return readProp({ name, kind, range: options?.range ?? { start: 0, end: 0 }, at }, options, tracer);
}
