import type { Value } from '../../code/facts/values';
import type { Model } from '../../code/models/model';
import type { TextRange } from '../../nouns/text-range';
import type { CodeRule } from '../code-rule';
import { findingAt } from './located';

/** A relation that comes with the rows, which go nowhere else, and is never read. */
export const unusedInclude: CodeRule = {
  id: 'unused-include',
  title: 'A relation is loaded and never used',
  reference: 'https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN',
  isMinor: true,
  check(context) {
    return context.facts.results.flatMap(({ query, properties, wholes, isPassedOn }) => {
      const { orm } = query;
      if (isPassedOn || properties.size === 0 || !orm || asksForPresence(orm.options)) return [];
      const isRead = (path: string) => [...properties].some((read) => read === path || read.startsWith(`${path}.`));
      // What is done with `post.attributes` as a whole may read all that hangs on it.
      const isUnknown = (path: string) => [...wholes].some((whole) => path.startsWith(`${whole}.`));
      const unused = orm.loads.filter(
        ({ path, range, isImplied }) =>
          !isImplied && !isRead(path) && !isUnknown(path) && !isEager(orm.model, path) && isOwn(range, query.range),
      );
      return unused.map(({ path, range }) =>
        findingAt({ uri: query.uri, range }, context, {
          rule: 'unused-include',
          severity: 'info',
          message: `${query.name} loads ${path}, which this function never reads; leave it out.`,
          evidence: { relation: path, read: [...properties] },
        }),
      );
    });
  },
};

/** `include: { model: User, required: true }`: the relation chooses the rows. */
function asksForPresence(value: Value | undefined, isInclude = false): boolean {
  if (value?.kind === 'array') return value.elements.some((element) => asksForPresence(element.value, isInclude));
  if (value?.kind !== 'object') return false;
  return value.entries.some(({ key, value: inner }) => {
    if (isInclude && (key === 'required' || key === 'where' || key === 'having' || key === 'right')) return true;
    return asksForPresence(inner, isInclude || key === 'include' || key === 'with' || key === 'relations');
  });
}

/** What several queries share is not left out for one of them. */
function isOwn(range: TextRange, query: TextRange): boolean {
  return query.start <= range.start && range.end <= query.end;
}

function isEager(model: Model | undefined, path: string): boolean {
  return model?.associations.some(({ name, isEager: always }) => name === path && always) ?? false;
}
