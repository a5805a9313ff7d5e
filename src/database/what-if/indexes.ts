import type { IndexDefinition } from '../../nouns/fix';
import { Problem } from '../../nouns/problem';
import type { Snapshot } from '../snapshot';
import { type BuiltIndex, IndexBuilder } from './index-build';
import type { MemoryPostgres } from './pglite';

/** Candidate indexes: each is built once, on an empty heap, and then only shown or hidden. */
export class HypotheticalIndexes {
  readonly #db: MemoryPostgres;
  readonly #builder: IndexBuilder;
  /** By their definitions without a name. */
  readonly #built = new Map<string, BuiltIndex | Problem>();
  #shown: ReadonlySet<number> = new Set();

  constructor(db: MemoryPostgres, snapshot: Snapshot) {
    this.#db = db;
    this.#builder = new IndexBuilder(db, snapshot);
  }

  /** Builds what is missing and makes exactly these visible to the planner. Throws Problem when one cannot be built. */
  async show(definitions: readonly IndexDefinition[]): Promise<BuiltIndex[]> {
    await this.#build(definitions);
    const built = definitions.map((definition) => {
      const one = this.#built.get(keyOf(definition));
      if (one === undefined || one instanceof Problem) throw one ?? new Error('an index was not built');
      return one;
    });
    const wanted = new Set(built.flatMap((index) => index.oids));
    const changed = [...wanted, ...this.#shown].filter((oid) => !wanted.has(oid) || !this.#shown.has(oid));
    if (changed.length > 0) {
      await this.#db.run(`UPDATE pg_index SET indisvalid = NOT indisvalid WHERE indexrelid IN (${changed.join(', ')})`);
      this.#shown = wanted;
    }
    return built;
  }

  async #build(definitions: readonly IndexDefinition[]): Promise<void> {
    const missing = new Map<string, IndexDefinition>();
    for (const definition of definitions) {
      const key = keyOf(definition);
      if (!this.#built.has(key)) missing.set(key, definition);
    }
    if (missing.size === 0) return;
    const results = await this.#builder.build([...missing.values()]);
    for (const [key, definition] of missing) {
      const result = results.get(definition);
      if (result !== undefined) this.#built.set(key, result);
    }
  }
}

const keyOf = (definition: IndexDefinition): string => JSON.stringify({ ...definition, name: '' });
