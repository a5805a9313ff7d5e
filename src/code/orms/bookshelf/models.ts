import type { TextRange } from '../../../nouns/text-range';
import { elementsOf, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Model } from '../../models/model';
import type { Origin, Place, Tracer } from '../../resolve/origin';
import { type Definition, Definitions } from './definitions';
import { associationOf, type Relation, relationOf } from './relations';

/** A model as bookshelf reads its definition. */
export interface ModelFacts {
  readonly name: string;
  readonly uri: string;
  readonly range: TextRange;
  readonly table: string;
  readonly idAttribute: string;
  /** The columns that saving sets: on the first time, and every time. */
  readonly timestamps?: { readonly created?: string; readonly updated?: string };
  readonly defaults?: { readonly value: Value; readonly at: Place };
  readonly definition: Definition;
}

/** A model, or a collection of it. */
export interface Made {
  readonly facts: ModelFacts;
  readonly isCollection: boolean;
}

/** Bookshelf's models, whichever way they are written. */
export class BookshelfModels {
  readonly models: readonly Model[];
  readonly #definitions: Definitions;
  readonly #facts = new Map<string, ModelFacts | undefined>();
  readonly #relations = new Map<string, ReadonlyMap<string, Relation>>();
  readonly #models = new Map<string, Model>();

  constructor(private readonly tracer: Tracer) {
    this.#definitions = new Definitions(tracer);
    const all = this.#definitions.all.flatMap((definition) => this.factsOf(definition) ?? []);
    this.models = all.map((facts) => {
      const model = this.#model(facts);
      this.#models.set(facts.definition.key, model);
      return model;
    });
  }

  modelOf(facts: ModelFacts): Model | undefined {
    return this.#models.get(facts.definition.key);
  }

  /** The other way round: of a model that this class gave. */
  factsOfModel(model: Model): ModelFacts | undefined {
    return [...this.#facts.values()].find(
      (facts) => facts?.uri === model.uri && facts.range.start === model.range.start,
    );
  }

  made(origin: Origin): Made | undefined {
    const definition = this.#definitions.of(origin);
    if (!definition) return undefined;
    if (!definition.isCollection) {
      const facts = this.factsOf(definition);
      return facts && { facts, isCollection: false };
    }
    const model = definition.member('model');
    const facts = model && this.#find(model.value, model.at);
    return facts && { facts, isCollection: true };
  }

  /** The model whose function stands there; `isStatic`: it is called on the model itself. */
  around(at: Place): { readonly facts: ModelFacts; readonly isStatic: boolean } | undefined {
    const found = this.#definitions.around(at);
    const facts = found && !found.definition.isCollection ? this.factsOf(found.definition) : undefined;
    return facts && found && { facts, isStatic: found.isStatic };
  }

  factsOf(definition: Definition): ModelFacts | undefined {
    const { key } = definition;
    if (this.#facts.has(key)) return this.#facts.get(key);
    const table = stringOf(definition.member('tableName')?.value);
    const isModel = !definition.isCollection && table !== undefined;
    const timestamps = timestampsOf(definition.member('hasTimestamps')?.value);
    const defaults = definition.member('defaults');
    const facts: ModelFacts | undefined = isModel
      ? {
          name: definition.name,
          uri: definition.uri,
          range: definition.range,
          table,
          idAttribute: stringOf(definition.member('idAttribute')?.value) ?? 'id',
          ...(timestamps ? { timestamps } : {}),
          ...(defaults ? { defaults } : {}),
          definition,
        }
      : undefined;
    this.#facts.set(key, facts);
    return facts;
  }

  relation(facts: ModelFacts, name: string): Relation | undefined {
    return this.#relationsOf(facts).get(name);
  }

  #relationsOf(facts: ModelFacts): ReadonlyMap<string, Relation> {
    const known = this.#relations.get(facts.definition.key);
    if (known) return known;
    const relations = new Map<string, Relation>();
    for (let at: Definition | undefined = facts.definition; at; at = at.parent) {
      for (const name of at.functions) {
        const value = relations.has(name) ? undefined : facts.definition.member(name);
        const relation = value && relationOf(name, value, facts, (model, place) => this.#find(model, place));
        if (relation) relations.set(name, relation);
      }
    }
    this.#relations.set(facts.definition.key, relations);
    return relations;
  }

  /** `'Post'` of the registry, or a model itself. */
  #find(value: Value, at: Place): ModelFacts | undefined {
    const name = stringOf(value);
    const registered = name === undefined ? undefined : this.#definitions.registry.get(name);
    const definition =
      registered ?? (name === undefined ? this.#definitions.of(this.tracer.trace(value, at)) : undefined);
    return definition && this.factsOf(definition);
  }

  #model(facts: ModelFacts): Model {
    return {
      library: 'bookshelf',
      name: facts.name,
      table: facts.table,
      columns: [{ property: facts.idAttribute, column: facts.idAttribute, isPrimaryKey: true }],
      associations: [...this.#relationsOf(facts).values()].map(associationOf),
      uri: facts.uri,
      range: facts.range,
    };
  }
}

/** `hasTimestamps: true`, `['created', null]` */
function timestampsOf(value: Value | undefined): ModelFacts['timestamps'] {
  if (isTrue(value)) return { created: 'created_at', updated: 'updated_at' };
  const [created, updated] = (elementsOf(value) ?? []).map((each) => stringOf(each));
  if (created === undefined && updated === undefined) return undefined;
  return { ...(created === undefined ? {} : { created }), ...(updated === undefined ? {} : { updated }) };
}
