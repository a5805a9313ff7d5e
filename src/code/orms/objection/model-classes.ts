import type { ClassFacts, FileFacts } from '../../facts/facts';
import { stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import { functionOf } from '../../resolve/read-folder';
import { callableAt } from '../knex/callables';
import { type Instance, Instances } from '../knex/instances';
import type { Callable } from '../knex/scope';

/** A class that extends objection's Model, however far up. */
export interface ModelClass {
  readonly facts: ClassFacts;
  readonly file: FileFacts;
}

interface ValueAt {
  readonly value: Value;
  readonly at: Place;
}

/** Which classes are models, and what their static members say. */
export class ModelClasses {
  readonly instances: Instances;
  readonly all: readonly ModelClass[];
  readonly #bound = new Map<ClassFacts, Instance>();

  constructor(private readonly tracer: Tracer) {
    this.instances = new Instances(tracer);
    this.all = [...tracer.files.values()].flatMap((file) =>
      file.classes.filter((facts) => facts.extends && this.isModel({ facts, file })).map((facts) => ({ facts, file })),
    );
    if (this.all.length > 0) this.#bind();
  }

  isModel(model: ModelClass, depth = 0): boolean {
    const { extends: base, within } = model.facts;
    if (!base || depth > 10) return false;
    const at = { file: model.file, function: within };
    return this.#isModelOrigin(this.tracer.trace(base, at), depth);
  }

  #isModelOrigin(origin: Origin, depth: number): boolean {
    switch (origin.kind) {
      case 'package':
        return /^objection(?:\/|$)/.test(origin.package) && origin.path.at(-1) === 'Model';
      case 'class':
        return this.isModel({ facts: origin.class, file: origin.file }, depth + 1);
      case 'call':
        // `class Post extends SoftDelete(Model)`, `mixin(Model, [SoftDelete])`, `compose(SoftDelete)(Model)`
        return origin.arguments.some((value) => this.#isModelOrigin(this.tracer.trace(value, origin.at), depth + 1));
      default:
        return false;
    }
  }

  /** The class above, where it is one of the workspace. */
  above({ facts, file }: ModelClass): ModelClass | undefined {
    const origin = facts.extends && this.tracer.trace(facts.extends, { file, function: facts.within });
    return origin?.kind === 'class' && origin.class !== facts ? { facts: origin.class, file: origin.file } : undefined;
  }

  /** A static field, a getter's result, or what a function in a field returns: `relationMappings = () => ({ … })`. */
  staticValue(model: ModelClass, name: string): ValueAt | undefined {
    const origin = this.tracer.member(model.facts, model.file, name, true);
    return (origin && this.#valueOf(origin)) ?? this.#declared(model, name);
  }

  /** As it is written, where its type or a call hides it: `static modifiers: Modifiers = { … }`, `'Posts'.toLowerCase()`. */
  #declared(model: ModelClass, name: string): ValueAt | undefined {
    let at: ModelClass | undefined = model;
    for (let depth = 0; at && depth < 10; depth++) {
      const { facts, file } = at;
      const method = facts.methods.find((each) => each.name === name && each.isGetter && each.isStatic);
      const field = facts.fields.find((each) => each.name === name && each.isStatic && each.value);
      const isFunction = field?.value?.kind === 'function' ? field.value.id : undefined;
      const id = method?.function ?? isFunction;
      const value = id === undefined ? field?.value : file.functions[id]?.returns[0];
      if (value) return { value, at: { file, function: id ?? field?.within ?? 0 } };
      at = this.above(at);
    }
    return undefined;
  }

  #valueOf(origin: Origin): ValueAt | undefined {
    const called = functionOf(origin);
    if (called) {
      const [value] = called.function.returns;
      const at = { file: called.file, function: called.file.functions.indexOf(called.function) };
      return value && (this.#followed({ value, at }) ?? { value, at });
    }
    if (origin.kind === 'value') return { value: origin.value, at: origin.at };
    if (origin.kind === 'call') return { value: origin.chain, at: origin.at };
    return undefined;
  }

  #followed({ value, at }: ValueAt): ValueAt | undefined {
    if (value.kind !== 'chain') return undefined;
    const origin = this.tracer.trace(value, at);
    return origin.kind === 'value' ? { value: origin.value, at: origin.at } : undefined;
  }

  /** What a method of the class in `static QueryBuilder` does. */
  builderMethod({ facts, file }: ModelClass, name: string): Callable | undefined {
    const builder = this.tracer.member(facts, file, 'QueryBuilder', true);
    if (builder?.kind !== 'class') return undefined;
    const method = this.tracer.member(builder.class, builder.file, name, false);
    if (method?.kind !== 'function') return undefined;
    // One that sends several queries is none that adds to this one.
    const sent = method.function.uses.filter(({ chain, isAwaited }) => chain.root === 'this' && isAwaited);
    return sent.length > 1 ? undefined : callableAt(method);
  }

  staticText(model: ModelClass, name: string): string | undefined {
    const found = this.staticValue(model, name);
    const value = found && (this.#followed(found) ?? found).value;
    // 'Posts'.toLowerCase()
    if (value?.kind === 'chain' && value.links[0]?.name === 'toLowerCase' && value.links.length === 1) {
      return typeof value.root === 'string' ? undefined : stringOf(value.root)?.toLowerCase();
    }
    return value?.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;
  }

  /** The instance that `BaseModel.knex(db)` gave to the class or to one above it. */
  instanceOf(model: ModelClass): Instance {
    let at: ModelClass | undefined = model;
    for (let depth = 0; at && depth < 10; depth++) {
      const bound = this.#bound.get(at.facts);
      if (bound) return bound;
      at = this.above(at);
    }
    return this.instances.default;
  }

  #bind(): void {
    for (const file of this.tracer.files.values()) {
      for (const [index, { uses }] of file.functions.entries()) {
        for (const { chain } of uses) {
          const link = chain.links.findIndex(({ name, arguments: given }) => name === 'knex' && given?.length === 1);
          const [value] = chain.links[link]?.arguments ?? [];
          if (value === undefined) continue;
          const at = { file, function: index };
          const owner = this.tracer.traceLinks(chain, link, at);
          const instance = owner.kind === 'class' && this.instances.fromOrigin(this.tracer.trace(value, at));
          if (owner.kind === 'class' && instance) this.#bound.set(owner.class, instance);
        }
      }
    }
  }
}
