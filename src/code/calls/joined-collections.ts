import type { Association, Model } from '../models/model';
import type { ModelIndex } from '../orms/orm';
import type { QueryPlace } from './repetition';
import type { Queries } from './sources';

/** Several lists of one row joined in one statement: each row comes once for every pair of their elements. */
export interface JoinedCollections {
  readonly query: QueryPlace;
  /** Dotted paths: `comments`, `tags`. */
  readonly paths: readonly string[];
}

export function joinedCollections(queries: Queries): JoinedCollections[] {
  const found: JoinedCollections[] = [];
  for (const file of queries.files) {
    for (const query of queries.places(file).all) {
      const paths = multiplying(query, queries.sources.models);
      if (paths.length > 1) found.push({ query, paths });
    }
  }
  return found;
}

function multiplying({ orm }: QueryPlace, models: ModelIndex): string[] {
  const { model, loads, statements } = orm ?? {};
  const [first] = statements ?? [];
  if (!model || !loads || !first || /\bjson_agg\b|\bjsonb_agg\b|\barray_agg\b|\blateral\b/i.test(first.sql)) return [];
  const later =
    statements
      ?.slice(1)
      .map(({ sql }) => sql)
      .join('\n') ?? '';
  const lists = loads.map(({ path }) => path).filter((path) => isJoinedList(path, model, models, first.sql, later));
  // comments and comments.likes are one chain: their rows add, they do not multiply.
  return lists.filter((path) => lists.some((other) => !isOnWay(path, other) && !isOnWay(other, path)));
}

function isOnWay(path: string, longer: string): boolean {
  return longer === path || longer.startsWith(`${path}.`);
}

function isJoinedList(path: string, model: Model, models: ModelIndex, sql: string, later: string): boolean {
  let at: Model | undefined = model;
  let last: Association | undefined;
  for (const name of path.split('.')) {
    last = at?.associations.find((association) => association.name === name);
    at = at && last && models.target(at, last);
  }
  if (!last || !at || (last.kind !== 'hasMany' && last.kind !== 'belongsToMany')) return false;
  const table = at.table.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const name = `\\(?\\s*(?:"?\\w+"?\\.)?"?${table}"?(?![\\w"])`;
  // A list with a statement of its own multiplies nothing.
  return new RegExp(`\\bjoin\\s+${name}`, 'i').test(sql) && !new RegExp(`\\bfrom\\s+${name}`, 'i').test(later);
}
