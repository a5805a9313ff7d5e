import { entry, entryNames, isObject, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Place, Tracer } from '../../resolve/origin';
import { optional } from '../support/program-values';
import type { Declaration, PropDeclaration } from './declaration';
import type { PropKind } from './entity';
import { readProp } from './prop-options';

/** Reads the options of `new EntitySchema({ class: Post, properties: { … } })`. */
export function readEntitySchema(options: Value | undefined, at: Place, tracer: Tracer): Declaration | undefined {
  if (!isObject(options)) return undefined;
  const of = entry(options, 'class');
  const origin = of === undefined ? undefined : tracer.trace(of, at);
  const declared = origin?.kind === 'class' ? origin : undefined;
  const name = declared?.class.name ?? stringOf(entry(options, 'name'));
  const properties = entry(options, 'properties');
  if (name === undefined || !isObject(properties)) return undefined;
  return {
    name,
    ...optional('table', stringOf(entry(options, 'tableName')) ?? stringOf(entry(options, 'collection'))),
    ...optional('schema', stringOf(entry(options, 'schema'))),
    props: entryNames(properties).map((each) => propOf(each, entry(properties, each), at, tracer)),
    filters: [],
    uri: declared?.file.uri ?? at.file.uri,
    range: declared?.class.nameRange ?? options.range,
    notes:
      entry(options, 'extends') === undefined ? [] : ['The properties of the schema that it extends are not included.'],
  };
}

function propOf(name: string, options: Value | undefined, at: Place, tracer: Tracer): PropDeclaration {
  const kind = (stringOf(entry(options, 'kind')) ?? stringOf(entry(options, 'reference')) ?? 'scalar') as PropKind;
  return readProp({ name, kind, range: options?.range ?? { start: 0, end: 0 }, at }, options, tracer);
}
