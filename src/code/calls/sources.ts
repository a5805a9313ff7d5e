import type { QuerySite } from '../../nouns/query-site';
import type { FileFacts } from '../facts/facts';
import type { FoundCall, ModelIndex, Orm } from '../orms/orm';
import type { Tracer } from '../resolve/origin';
import { GraphqlTypes } from './graphql-types';
import { QueryPlaces } from './query-places';
import { Turns } from './turns';

/** What is known of a program's queries. */
export interface CallSources {
  readonly tracer: Tracer;
  readonly models: ModelIndex;
  readonly orms: readonly Orm[];
  /** By the files' URIs. */
  readonly calls: ReadonlyMap<string, readonly FoundCall[]>;
  /** SQL text, by the files' URIs. */
  readonly sites?: ReadonlyMap<string, readonly QuerySite[]>;
}

/** The same, with what is worked out of each file kept. */
export class Queries {
  readonly sources: CallSources;
  readonly #places = new Map<string, QueryPlaces>();
  readonly #turns = new Map<string, Turns>();
  #graphql: GraphqlTypes | undefined;

  constructor(sources: CallSources) {
    this.sources = sources;
  }

  get files(): Iterable<FileFacts> {
    return this.sources.tracer.files.values();
  }

  get graphql(): GraphqlTypes {
    this.#graphql ??= new GraphqlTypes(this.files);
    return this.#graphql;
  }

  places(file: FileFacts): QueryPlaces {
    let places = this.#places.get(file.uri);
    if (!places) {
      const { calls, sites } = this.sources;
      places = new QueryPlaces(file, calls.get(file.uri) ?? [], sites?.get(file.uri) ?? []);
      this.#places.set(file.uri, places);
    }
    return places;
  }

  turns(file: FileFacts): Turns {
    let turns = this.#turns.get(file.uri);
    if (!turns) {
      turns = new Turns(file, this.sources.tracer);
      this.#turns.set(file.uri, turns);
    }
    return turns;
  }
}
