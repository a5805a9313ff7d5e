import { entry, isTrue, stringOf } from '../../facts/value-access';
import type { Value } from '../../facts/values';
import type { Association, Model } from '../../models/model';
import type { Place, Tracer } from '../../resolve/origin';
import { type NameMapper, sameName, snakeCase } from '../knex/names';
import { type ModelClass, ModelClasses } from './model-classes';
import { columnsOf, extrasOf, kindOf, pathText, references, texts } from './relation-mapping';

/** What objection's own files need of a model. */
export interface ModelDetails {
  /** As declared: `blog.posts`. */
  readonly tableName: string;
  readonly idColumns: readonly string[];
  /** `columnNameMappers = snakeCaseMappers()`: a property that is written has this column. */
  readonly columnOf: NameMapper;
  /** The instance's mapper of all names. */
  readonly mapName: NameMapper;
  readonly hasUnknownMapper: boolean;
  /** `columnNameMappers` of the program's own, which are not read. */
  readonly hasOtherColumnMapper: boolean;
  readonly modelClass: ModelClass;
  readonly useLimitInFirst: boolean;
  /** Every column is known from jsonSchema. */
  readonly hasAllColumns: boolean;
}

export interface RelationDetails {
  /** `modify: (query) => query.where('approved', true)`, a modifier's name, or an object of conditions. */
  readonly modify?: { readonly value: Value; readonly at: Place };
  /** Columns of the join table that come with the rows: property → column. */
  readonly extras: ReadonlyMap<string, string>;
  readonly isHasOneThrough: boolean;
}

export function detailsOf(model: Model): ModelDetails {
  return model.details as unknown as ModelDetails;
}

export function relationDetails(association: Association): RelationDetails {
  return association.details as unknown as RelationDetails;
}

/** The models of a program, with the classes that they are. */
export class ObjectionModels {
  readonly classes: ModelClasses;
  readonly models: readonly Model[];
  readonly #byClass = new Map<ModelClass['facts'], Model>();

  constructor(private readonly tracer: Tracer) {
    this.classes = new ModelClasses(tracer);
    const bare = this.classes.all.flatMap((modelClass) => {
      const model = this.#model(modelClass);
      return model ? [{ model, modelClass }] : [];
    });
    for (const { model, modelClass } of bare) this.#byClass.set(modelClass.facts, model);
    this.models = bare.map(({ model, modelClass }) => {
      const linked = this.#linked(model, modelClass);
      this.#byClass.set(modelClass.facts, linked);
      return linked;
    });
  }

  /** The model that a class is. */
  of(facts: ModelClass['facts']): Model | undefined {
    return this.#byClass.get(facts);
  }

  /** By the class, the table or the file; undefined where several are called so. */
  called(name: string): Model | undefined {
    const same = (other: string | undefined): boolean => other?.toLowerCase() === name.toLowerCase();
    const found = this.models.filter((model) => {
      const file = model.uri
        .split('/')
        .at(-1)
        ?.replace(/\.\w+$/, '');
      return same(model.name) || same(detailsOf(model).tableName) || same(file);
    });
    return found.length === 1 ? found[0] : undefined;
  }

  target(association: Association): Model | undefined {
    return this.models.find(({ name, uri }) => name === association.target && uri === association.targetUri);
  }

  #model(modelClass: ModelClass): Model | undefined {
    const tableName = this.classes.staticText(modelClass, 'tableName');
    if (tableName === undefined) return undefined;
    const { facts, file } = modelClass;
    const { mapName, hasUnknownMapper } = this.classes.instanceOf(modelClass);
    const columnOf = this.#columnMapper(modelClass);
    const idColumns = texts(this.classes.staticValue(modelClass, 'idColumn')?.value) ?? ['id'];
    const parts = tableName.split('.').map(mapName);
    const schema = this.classes.staticValue(modelClass, 'jsonSchema')?.value;
    const properties = entry(schema, 'properties');
    const declared = properties?.kind === 'object' ? properties : undefined;
    const details: ModelDetails = {
      tableName,
      idColumns,
      columnOf: columnOf ?? sameName,
      mapName,
      hasUnknownMapper,
      hasOtherColumnMapper: columnOf === undefined,
      modelClass,
      useLimitInFirst: isTrue(this.classes.staticValue(modelClass, 'useLimitInFirst')?.value),
      hasAllColumns: declared !== undefined && !declared.open,
    };
    return {
      library: 'objection',
      name: facts.name,
      ...(parts.length > 1 ? { schema: parts[0] } : {}),
      table: parts.at(-1) ?? tableName,
      columns: columnsOf(declared, idColumns, (property) => mapName((columnOf ?? sameName)(property))),
      associations: [],
      uri: file.uri,
      range: facts.nameRange,
      details: { ...details },
    };
  }

  /** Undefined for one of the program's own. */
  #columnMapper(modelClass: ModelClass): NameMapper | undefined {
    const mappers = this.classes.staticValue(modelClass, 'columnNameMappers');
    const origin = mappers?.value.kind === 'chain' ? this.tracer.trace(mappers.value, mappers.at) : undefined;
    const isSnake = origin?.kind === 'call' && /snakeCaseMappers$/i.test(lastName(origin.callee));
    if (isSnake) return snakeCase;
    return mappers ? undefined : sameName;
  }

  #linked(model: Model, modelClass: ModelClass): Model {
    const mappings = this.classes.staticValue(modelClass, 'relationMappings');
    if (mappings?.value.kind !== 'object') return model;
    const associations = mappings.value.entries.flatMap(({ key, value }) => {
      const found = typeof key === 'string' ? this.#association(model, key, value, mappings.at) : undefined;
      return found ? [found] : [];
    });
    return { ...model, associations };
  }

  #association(model: Model, name: string, value: Value, at: Place): Association | undefined {
    const origin = value.kind === 'chain' ? this.tracer.trace(value, at) : undefined;
    if (origin?.kind === 'value' && origin.value !== value)
      return this.#association(model, name, origin.value, origin.at);
    if (value.kind !== 'object') return undefined;
    const kind = kindOf(entry(value, 'relation'));
    const target = this.#related(entry(value, 'modelClass'), at);
    const join = entry(value, 'join');
    const text = (each: Value | undefined): readonly string[] | undefined => this.#joinTexts(each, at, model);
    const from = references(text(entry(join, 'from')));
    const to = references(text(entry(join, 'to')));
    if (!kind || !target || !from || !to) return undefined;
    const own = detailsOf(model).tableName;
    // Either side may be the owner's.
    const [owner, related] = from.table === own || to.table !== own ? [from, to] : [to, from];
    const through = entry(join, 'through');
    const modify = entry(value, 'modify') ?? entry(value, 'filter');
    const details: RelationDetails = {
      ...(modify ? { modify: { value: modify, at } } : {}),
      extras: extrasOf(entry(through, 'extra')),
      isHasOneThrough: kind.isThrough && kind.isOne,
    };
    const base = {
      name,
      target: target.name,
      targetUri: target.uri,
      range: value.range,
      ...(modify ? { isRestricted: true as const } : {}),
      details: { ...details },
    };
    if (!kind.isThrough) {
      const isOwner = kind.kind === 'belongsTo';
      const [foreign, referenced] = isOwner ? [owner, related] : [related, owner];
      return { ...base, kind: kind.kind, foreignKey: foreign.columns, referenced: referenced.columns };
    }
    const left = references(text(entry(through, 'from')));
    const right = references(text(entry(through, 'to')));
    if (!left || !right) return undefined;
    const [foreign, other] = owner === from ? [left, right] : [right, left];
    return {
      ...base,
      kind: 'belongsToMany',
      foreignKey: foreign.columns,
      referenced: owner.columns,
      through: { table: left.table, otherKey: other.columns, otherReferenced: related.columns },
    };
  }

  /** `'posts.author_id'`, `` `${User.tableName}.id` ``, a list of them */
  #joinTexts(value: Value | undefined, at: Place, model: Model): readonly string[] | undefined {
    if (value?.kind === 'array') {
      return value.elements.flatMap((element) => this.#joinTexts(element.value, at, model) ?? []);
    }
    if (value?.kind !== 'template' || value.values.length === 0) return texts(value);
    const parts = value.values.map((each) => this.#tableName(each, at, model));
    if (parts.includes(undefined)) return undefined;
    return [value.strings.map((string, i) => string + (parts[i] ?? '')).join('')];
  }

  /** `User.tableName`, `this.tableName`, a constant */
  #tableName(value: Value, at: Place, model: Model): string | undefined {
    if (value.kind !== 'chain') return stringOf(value);
    const origin = this.tracer.trace(value, at);
    if (origin.kind === 'value') return stringOf(origin.value);
    if (value.links.at(-1)?.name !== 'tableName') return undefined;
    if (value.root === 'this') return detailsOf(model).tableName;
    const owner = this.tracer.traceLinks(value, value.links.length - 1, at);
    const found = owner.kind === 'class' ? this.#byClass.get(owner.class) : undefined;
    return found && detailsOf(found).tableName;
  }

  /** A class, or the path of the module that exports it. */
  #related(value: Value | undefined, at: Place): Model | undefined {
    if (value === undefined) return undefined;
    if (value.kind === 'chain') {
      const origin = this.tracer.trace(value, at);
      const found = origin.kind === 'class' ? this.#byClass.get(origin.class) : undefined;
      if (found) return found;
      if (origin.kind === 'module') return this.known().find(({ uri }) => uri === origin.file.uri);
    }
    const path = pathText(value);
    const name = path
      ?.split('/')
      .at(-1)
      ?.replace(/\.\w+$/, '')
      .toLowerCase();
    return name === undefined ? undefined : this.#named(name, at.file.uri);
  }

  #named(name: string, uri: string): Model | undefined {
    const all = this.known().filter((model) => {
      const file = model.uri
        .split('/')
        .at(-1)
        ?.replace(/\.\w+$/, '')
        .toLowerCase();
      return file === name || model.name.toLowerCase() === name;
    });
    const folder = uri.slice(0, uri.lastIndexOf('/'));
    return all.find((model) => model.uri.startsWith(folder)) ?? all[0];
  }

  private known(): readonly Model[] {
    return [...this.#byClass.values()];
  }
}

function lastName(origin: { readonly kind: string; readonly path?: readonly string[] }): string {
  return origin.kind === 'package' ? (origin.path?.at(-1) ?? '') : '';
}
