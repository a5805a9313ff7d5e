import type { Value } from '../facts/values';
import type { Model } from '../models/model';
import type { Origin, Place } from '../resolve/origin';
import { listOfPairs, listsBefore } from './list-steps';
import type { QueryPlace } from './repetition';
import { indexOf } from './scope';
import type { Queries } from './sources';
import { takerOf } from './taker';

/** A value that is a query's row, a list of them, or rows that hang on its rows. */
export interface Rows {
  readonly query?: QueryPlace;
  readonly model?: Model;
  /** Associations between the query's rows and these. */
  readonly path: readonly string[];
  readonly isList: boolean;
  /** What each has because of the row that it hangs on. */
  readonly inverse?: string;
  /** Each with its key before it: `for (const [index, post] of Object.entries(posts))`. */
  readonly isPaired?: true;
}

const mostSteps = 12;

/** What keeps rows rows: a promise's, a driver's result, lists inside results of several parts. */
const transparent =
  /^(?:rows|data|items|results|nodes|models|then|catch|finally|exec|execute|toArray|getItems|toJSON|serialize|toPlain|toObject|fetchAll|fetch)$/;

/** Follows values to the queries whose rows they are. */
export class RowFinder {
  readonly #queries: Queries;

  constructor(queries: Queries) {
    this.#queries = queries;
  }

  of(value: Value, at: Place): Rows | undefined {
    return this.ofOrigin(this.#queries.sources.tracer.trace(value, at));
  }

  ofOrigin(origin: Origin, steps = 0): Rows | undefined {
    if (steps > mostSteps) return undefined;
    switch (origin.kind) {
      case 'call':
        return this.#ofCall(origin, steps);
      case 'element': {
        // `Post.find_each { |post| … }`
        const model = origin.of.kind === 'class' ? this.modelOf(origin.of) : undefined;
        if (model) return { model, path: [], isList: false };
        const rows = this.ofOrigin(origin.of, steps + 1);
        return rows && { ...rows, isList: false };
      }
      case 'member': {
        const rows = this.ofOrigin(origin.of, steps + 1);
        return rows && this.#member(rows, origin.name);
      }
      case 'instance':
        return this.#ofInstance(origin, steps);
      case 'value': {
        if (origin.value.kind !== 'array' || !origin.value.open) return undefined;
        // `[...posts]`; what a callback of map gives.
        for (const { value } of [...(origin.value.spreads ?? []), ...origin.value.elements]) {
          const rows = this.ofOrigin(this.#queries.sources.tracer.trace(value, origin.at), steps + 1);
          if (rows) return { ...rows, isList: true };
        }
        return undefined;
      }
      case 'parameter':
        return this.#ofCallback(origin);
      default:
        return undefined;
    }
  }

  /** `pool.query('…', (error, result) => { … result.rows … })` */
  #ofCallback({ function: facts, file, index, path }: Extract<Origin, { kind: 'parameter' }>): Rows | undefined {
    if (index !== 1 || !facts.callback) return undefined;
    const taker = takerOf(file, indexOf(file, facts));
    const query = taker && this.#queries.places(file).named(taker.chain.links[taker.link]?.range.start ?? -1);
    const result: Rows | undefined = query && { query, model: query.orm?.model, path: [], isList: query.isMany };
    return path.reduce((rows, name) => rows && this.#member(rows, name), result);
  }

  #ofCall({ chain, callee, at }: Extract<Origin, { kind: 'call' }>, steps: number): Rows | undefined {
    const places = this.#queries.places(at.file);
    for (let index = chain.links.length - 1; index >= -1; index--) {
      const query = places.named(index < 0 ? chain.rootRange.start : (chain.links[index]?.range.start ?? -1));
      if (!query || (index < 0 && chain.links[0]?.name !== '')) continue;
      return { query, model: query.orm?.model, path: [], isList: query.isMany };
    }
    const [list] = listsBefore(chain) ?? [];
    const pairs = listOfPairs(chain);
    const found = list ?? pairs;
    if (found) {
      const rows = this.ofOrigin(this.#queries.sources.tracer.trace(found, at), steps + 1);
      if (rows?.isList) return pairs ? { ...rows, isPaired: true } : rows;
    }
    // Django's `post.comments.all()`
    const related = callee.kind === 'member' && callee.name === 'all' ? this.ofOrigin(callee.of, steps + 1) : undefined;
    if (related?.isList && related.path.length > 0 && related.model?.library === 'django') return related;
    // `post.toJSON()`, `posts.toArray()`
    if (callee.kind !== 'member' || !transparent.test(callee.name)) return undefined;
    return this.ofOrigin(callee.of, steps + 1);
  }

  #ofInstance({ of, types }: Extract<Origin, { kind: 'instance' }>, steps: number): Rows | undefined {
    if (of.kind === 'class') {
      const model = this.modelOf(of);
      return model && { model, path: [], isList: false };
    }
    const [element] = types;
    if (of.kind !== 'global' || of.name !== 'Array' || !element) return undefined;
    if (element.kind === 'class') {
      const model = this.modelOf(element);
      return model && { model, path: [], isList: true };
    }
    const rows = this.ofOrigin(element, steps + 1);
    return rows && { ...rows, isList: true };
  }

  /** The model that a class declares. */
  modelOf({ class: of, file }: Extract<Origin, { kind: 'class' }>): Model | undefined {
    const { orms, models } = this.#queries.sources;
    for (const { library } of orms) {
      // `Post.init(…, { modelName: 'post' })`
      const model = models
        .of(library)
        .find(({ uri, name }) => uri === file.uri && name.toLowerCase() === of.name.toLowerCase());
      if (model) return model;
    }
    return undefined;
  }

  #member(rows: Rows, name: string): Rows | undefined {
    if (/^\d+$/.test(name)) {
      if (rows.isPaired && !rows.isList) return name === '1' ? { ...rows, isPaired: undefined } : undefined;
      // `const [posts, count] = await findAndCount()`: the first of two is the list itself.
      const isPair = /AndCount(?:All|By)?$/.test(rows.query?.name ?? '');
      if (isPair) return name === '0' ? rows : undefined;
      return rows.isList ? { ...rows, isList: false } : undefined;
    }
    const next = this.#association(rows, name);
    if (next) return next;
    return rows.isList || rows.query?.site !== undefined ? (transparent.test(name) ? rows : undefined) : undefined;
  }

  #association(rows: Rows, name: string): Rows | undefined {
    const { model } = rows;
    if (!model || rows.isList) return undefined;
    const association = model.associations.find((one) => one.name === name);
    if (!association) return undefined;
    const target = this.#queries.sources.models.target(model, association);
    const isList = association.kind === 'hasMany' || association.kind === 'belongsToMany';
    return { ...rows, model: target, path: [...rows.path, name], isList, inverse: association.inverse };
  }
}
