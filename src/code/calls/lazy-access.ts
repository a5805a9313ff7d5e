import type { ChainValue } from '../facts/values';
import type { Model } from '../models/model';
import type { CallContext, Orm } from '../orms/orm';
import type { Place } from '../resolve/origin';
import { chainName, chainsAt } from './chains';
import type { Frame } from './frames';
import type { QueryPlace } from './repetition';
import type { RowFinder, Rows } from './rows';
import type { Queries } from './sources';

/** Methods that load what hangs on a row, whatever it is called. */
const loaders = [
  'related',
  '$relatedQuery',
  '$fetchGraph',
  '$get',
  '$count',
  '$has',
  'load',
  'loadCount',
  'loadItems',
  'init',
  'fetch',
  'reload',
];

/** Finds where a row's relation is loaded by touching it: `await post.author`, `post.getAuthor()`. */
export class LazyAccesses {
  readonly #queries: Queries;
  readonly #rows: RowFinder;
  readonly #orms: readonly Orm[];
  readonly #names: ReadonlySet<string>;

  constructor(queries: Queries, rows: RowFinder) {
    this.#queries = queries;
    this.#rows = rows;
    const { orms, models } = queries.sources;
    this.#orms = orms.filter((orm) => orm.readRow && models.of(orm.library).length > 0);
    this.#names = new Set(this.#orms.flatMap(({ library }) => [...loaders, ...models.of(library).flatMap(namesOf)]));
  }

  /** Whether a chain may be one; a look at its names only. */
  mayBe({ links }: ChainValue): boolean {
    return this.#orms.length > 0 && links.some(({ name }) => this.#names.has(name));
  }

  /** Functions in which one may stand. */
  *candidates(): Iterable<Place> {
    if (this.#orms.length === 0) return;
    for (const file of this.#queries.files) {
      for (const [index, { uses }] of file.functions.entries()) {
        if (uses.some((use) => chainsAt(use.chain).some((chain) => this.mayBe(chain)))) yield { file, function: index };
      }
    }
  }

  of(chain: ChainValue, at: Place, use: number, frame: Frame | undefined): QueryPlace | undefined {
    if (!this.mayBe(chain)) return undefined;
    for (const link of this.#linksOfRow(chain)) {
      const rows = this.#rowsAt(chain, link, at, frame);
      const place = rows?.model && !rows.isList ? this.#read(chain, link, at, use, rows, rows.model) : undefined;
      if (place) return place;
    }
    return undefined;
  }

  /** Where the row may end: before `getAuthor`, before `related`, before `author` of `post.author.load()`. */
  *#linksOfRow({ links }: ChainValue): Iterable<number> {
    for (const [index, { name }] of links.entries()) {
      if (!this.#names.has(name)) continue;
      if (index > 0 && loaders.includes(name) && links[index - 1]?.arguments === undefined) yield index - 1;
      yield index;
    }
  }

  #rowsAt(chain: ChainValue, link: number, at: Place, frame: Frame | undefined): Rows | undefined {
    if (chain.root === 'this' && link === 0 && frame?.receiver) {
      const rows = this.#rows.of(frame.receiver.value, frame.at);
      return rows && frame.receiver.isElement ? { ...rows, isList: false } : rows;
    }
    // `wrap(post).author.load()`
    const [wrapper] = chain.links;
    const wrapped = link === 1 && wrapper?.name === '' && chain.root === 'wrap' ? wrapper.arguments?.[0] : undefined;
    if (wrapped) return this.#rows.of(wrapped, at);
    return this.#rows.ofOrigin(this.#queries.sources.tracer.traceLinks(chain, link, at));
  }

  #read(chain: ChainValue, link: number, at: Place, use: number, rows: Rows, model: Model): QueryPlace | undefined {
    const orm = this.#orms.find(({ library }) => library === model.library);
    if (this.#queries.places(at.file).named(chain.links[link]?.range.start ?? -1)) return undefined;
    const prefix = rows.path.length === 0 ? '' : `${rows.path.join('.')}.`;
    const loaded = (rows.query?.orm?.loads ?? []).flatMap(({ path }) =>
      path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
    );
    if (rows.inverse !== undefined) loaded.push(rows.inverse);
    const { tracer, models } = this.#queries.sources;
    const context: CallContext = { at, tracer, models, trace: (value) => tracer.trace(value, at) };
    const call = orm?.readRow?.({ model, chain, link, loaded }, context);
    if (!call) return undefined;
    return {
      uri: at.file.uri,
      range: chain.range,
      at,
      use,
      chain,
      name: chainName(chain).split('.').slice(-2).join('.'),
      operation: call.operation,
      library: call.library,
      isMany: call.isMany,
      hasLimit: call.hasLimit,
      sql: call.statements.map(({ sql }) => sql),
      orm: call,
    };
  }
}

function namesOf({ associations }: Model): string[] {
  return associations.flatMap(({ name, isLazy }) => {
    const upper = name.charAt(0).toUpperCase() + name.slice(1);
    const singular = upper.replace(/ies$/, 'y').replace(/s$/, '');
    const methods = [
      `get${upper}`,
      `count${upper}`,
      `has${upper}`,
      `has${singular}`,
      `set${upper}`,
      `add${upper}`,
      `add${singular}`,
      `create${singular}`,
      `remove${upper}`,
      `remove${singular}`,
    ];
    return isLazy ? [name, `__${name}__`, ...methods] : methods;
  });
}
