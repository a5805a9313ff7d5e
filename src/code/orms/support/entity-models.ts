import { entry, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Origin, Place } from '../../resolve/origin';
import type { CallContext } from '../orm';

/** Finds the models of one library by what a program names them with: TypeORM's and MikroORM's entities. */
export class EntityModels {
  readonly #library: string;
  /** The name of the library's own function or class that a value is. */
  readonly #exportedName: (origin: Origin) => string | undefined;

  constructor(library: string, exportedName: (origin: Origin) => string | undefined) {
    this.#library = library;
    this.#exportedName = exportedName;
  }

  /** The entity that a value names: a class, an EntitySchema, or its name. */
  at(value: Value, at: Place, context: CallContext): Model | undefined {
    const name = stringOf(value);
    if (name !== undefined) return context.models.named(this.#library, name, at.file.uri);
    return this.ofType(context.tracer.trace(value, at), context);
  }

  ofType(origin: Origin | undefined, context: CallContext): Model | undefined {
    const { models } = context;
    switch (origin?.kind) {
      case 'class':
        return models.declaredAt(this.#library, origin.file.uri, origin.class.nameRange);
      case 'type':
        return models.named(this.#library, origin.type.name, origin.file.uri);
      case 'instance':
        if (this.#exportedName(origin.of) !== 'EntitySchema') return this.ofType(origin.of, context);
        return origin.at && this.#declared(origin.arguments?.[0], origin.at, context);
      case 'call':
        if (this.#exportedName(origin.callee) !== 'defineEntity') return undefined;
        return this.#declared(origin.arguments[0], origin.at, context);
      case 'value': {
        const name = stringOf(origin.value);
        return name === undefined ? undefined : models.named(this.#library, name, origin.at.file.uri);
      }
      default:
        return undefined;
    }
  }

  /** `new EntitySchema({ name: 'Post', … })`, `defineEntity({ name: 'Post', … })` */
  #declared(options: Value | undefined, at: Place, context: CallContext): Model | undefined {
    if (options === undefined) return undefined;
    const { uri } = at.file;
    const own = context.models.declaredAt(this.#library, uri, options.range);
    if (own !== undefined) return own;
    const of = entry(options, 'class');
    if (of !== undefined) return this.at(of, at, context);
    const name = stringOf(entry(options, 'name'));
    return name === undefined ? undefined : context.models.named(this.#library, name, uri);
  }
}
