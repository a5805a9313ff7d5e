import type { CodeRule } from '../code-rule';
import { callRange, findingAt } from './located';

/** Comments and tags of a post in one join: 20 comments and 5 tags are 100 rows. */
export const joinedLists: CodeRule = {
  id: 'joined-lists',
  title: 'Several lists of each row are joined in one query',
  reference: 'https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-JOIN',
  isMinor: true,
  check(context) {
    return context.facts.joinedCollections.map(({ query, paths }) =>
      findingAt({ uri: query.uri, range: callRange(query) }, context, {
        rule: 'joined-lists',
        severity: 'warning',
        message:
          `${query.name} joins ${listed(paths)}: each row comes once for every combination of them; ` +
          `load all but one of them with queries of their own${wordFor(query.library)}.`,
        evidence: { lists: [...paths], query: query.sql[0] ?? null },
      }),
    );
  },
};

/** `comments and tags`, `a, b and c` */
function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function wordFor(library: string): string {
  const words: Readonly<Record<string, string>> = {
    sequelize: ' (separate: true)',
    typeorm: " (relationLoadStrategy: 'query')",
    'mikro-orm': " (strategy: 'select-in')",
    objection: ' (withGraphFetched)',
  };
  return words[library] ?? '';
}
