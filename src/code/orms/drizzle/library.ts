import type { ChainValue } from '../../facts/values';
import type { Model } from '../../models/model';
import { callTaking } from '../../resolve/follow-parameters';
import type { Origin, Place } from '../../resolve/origin';
import type { InterpretedLibrary } from '../interpreter/interpreter';
import { entryOf, LibraryFunction, type Thing, textOf } from '../interpreter/things';
import { Database } from './database';
import { operator } from './operators';
import type { Casing } from './print';
import { QueryBuilder } from './query-builder';
import { relationsFunction, schemaFunction } from './schema';
import { setFunction } from './select';
import { type DeclaredTables, detailsOf, relatedTable } from './table-details';

interface LibraryFacts {
  readonly models: readonly Model[];
  readonly notes: Set<string>;
  readonly tables?: DeclaredTables;
  /** Told of every `drizzle(…)`. */
  madeWith?(casing: Casing): void;
}

/** Drivers of other databases, and their schemas. */
const otherDatabases =
  /^drizzle-orm\/(?:mysql|sqlite|singlestore|gel|better-sqlite3|bun-sqlite|libsql|d1|durable-sqlite|expo-sqlite|op-sqlite|planetscale|tidb|sql-js)/;

/** Names of a database's members with which a query begins. */
export const starts: ReadonlySet<string> = new Set([
  ...['select', 'selectDistinct', 'selectDistinctOn', 'insert', 'update', 'delete', '$count'],
  ...['findMany', 'findFirst', 'execute', 'batch', '$with', 'with'],
]);

/** drizzle-orm as the interpreter sees it. */
export class DrizzleLibrary implements InterpretedLibrary {
  readonly #facts: LibraryFacts;

  constructor(facts: LibraryFacts) {
    this.#facts = facts;
  }

  exported(packageName: string, path: readonly string[]): Thing | undefined {
    if (!/^drizzle-orm(?:\/|$)/.test(packageName) || otherDatabases.test(packageName)) return undefined;
    const [name] = path;
    if (name === undefined || path.length > 1) return undefined;
    if (name === 'drizzle') return new LibraryFunction((given) => this.#made(given));
    if (name === 'relations') return relationsFunction();
    return schemaFunction(name) ?? operator(name, this.#facts.notes) ?? setFunction(name);
  }

  instance({ of }: Origin & { readonly kind: 'instance' }): Thing | undefined {
    if (of.kind !== 'package' || !/^drizzle-orm(?:\/|$)/.test(of.package) || otherDatabases.test(of.package))
      return undefined;
    const name = of.path.at(-1) ?? '';
    if (name === 'QueryBuilder') return new QueryBuilder(this.#facts.notes);
    return /(?:Database|Transaction|Drizzle)$/.test(name) ? this.#database() : undefined;
  }

  known(chain: ChainValue, at: Place): Thing | undefined {
    return this.#facts.tables?.declaredBy(chain, at);
  }

  /** The `tx` of `db.transaction(async (tx) => …)`. */
  unexplained(origin: Origin): Thing | undefined {
    if (origin.kind !== 'parameter' || origin.index !== 0 || origin.path.length > 0) return undefined;
    const { file } = origin;
    const taking = callTaking(file.functions.indexOf(origin.function), { file, function: 0 });
    const link = taking?.chain.links[taking.link];
    return link?.name === 'transaction' ? this.#database() : undefined;
  }

  guess(chain: ChainValue): { readonly thing: Thing; readonly next: number } | undefined {
    const next = chain.links.findIndex(
      ({ name, arguments: given }, i) =>
        (given !== undefined && starts.has(name)) || (name === 'query' && /^find/.test(chain.links[i + 2]?.name ?? '')),
    );
    return next < 0 ? undefined : { thing: this.#database(), next };
  }

  #made(given: readonly Thing[]): Thing {
    const config = given.findLast(
      (each) => entryOf(each, 'casing') !== undefined || entryOf(each, 'schema') !== undefined,
    );
    const text = textOf(entryOf(config, 'casing'));
    const casing = text === 'snake_case' || text === 'camelCase' ? text : undefined;
    this.#facts.madeWith?.(casing);
    return this.#database(casing, true);
  }

  #database(casing?: Casing, isMade = false): Database {
    const { models, notes } = this.#facts;
    const [first] = models;
    return new Database({
      casing: isMade || first === undefined ? casing : detailsOf(first).casing,
      notes,
      related: (key) => {
        const model = models.find(({ name }) => name === key);
        return model === undefined ? undefined : relatedTable(model, models);
      },
    });
  }
}
