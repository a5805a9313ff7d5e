import assert from 'node:assert/strict';
import { type SentCall, sitesOfCall } from '../../../src/code/call-sites';
import type { GeneratedStatement, OrmCall } from '../../../src/code/orms/orm';

const range = (start: number, end: number) => ({ start, end });

function call(statements: readonly GeneratedStatement[], notes: readonly string[] = []): OrmCall {
  return {
    library: 'sequelize',
    operation: 'find',
    isMany: true,
    loads: [],
    hasLimit: false,
    equals: [],
    isOnlyEquals: true,
    statements,
    notes,
    nameRange: range(5, 12),
  };
}

function found(variants: readonly OrmCall[], combinations = variants.length): SentCall {
  return { uri: 'a.ts', range: range(0, 90), variants, combinations };
}

const byAuthor: GeneratedStatement = {
  sql: 'SELECT "author_id" FROM posts WHERE "author_id" = $1 AND status = $2',
  parameters: [
    { source: 'authorId', range: range(30, 38) },
    { source: "'published'", constant: 'published', range: range(50, 61) },
  ],
  places: new Map([['author_id', range(20, 28)]]),
};
const comments: GeneratedStatement = {
  sql: 'SELECT id FROM comments WHERE post_id IN ($1)',
  parameters: [],
  isFollowUp: true,
};

describe('The query sites of a call', () => {
  it('are its statements in the order in which they are sent, each at the place of the call', () => {
    const sites = sitesOfCall(found([call([byAuthor, comments])]));
    assert.deepEqual(
      sites.map((site) => [site.library, site.range, site.call?.statement, site.call?.statements]),
      [
        ['sequelize', range(0, 90), 1, 2],
        ['sequelize', range(0, 90), 2, 2],
      ],
    );
  });

  it('lead from a name in the SQL to the property, from a parameter to its value, from the rest to the call’s name', () => {
    const [site] = sitesOfCall(found([call([byAuthor])]));
    const at = (text: string) => {
      const start = byAuthor.sql.indexOf(text);
      return site?.sourceMap.rangeToDocument({ start, end: start + text.length });
    };
    assert.deepEqual(at('"author_id" = $1'), range(20, 28));
    assert.deepEqual(at('$1'), range(30, 38));
    assert.deepEqual(at('status'), range(5, 12));
    assert.equal(site?.sourceMap.toDocument(byAuthor.sql.indexOf('$2')), 50);
  });

  it('know the values that the program always binds', () => {
    const [site] = sitesOfCall(found([call([byAuthor])]));
    assert.deepEqual(
      site?.parameters.map(({ index, source, constant }) => [index, source, constant]),
      [
        [1, 'authorId', undefined],
        [2, "'published'", 'published'],
      ],
    );
  });

  it('name what two forms send alike once, and say how many forms are not shown', () => {
    const other: GeneratedStatement = { sql: 'SELECT 1', parameters: [] };
    const sites = sitesOfCall(
      found([call([byAuthor, comments], ['Hooks are not seen.']), call([other, comments])], 16),
    );
    assert.deepEqual(
      sites.map((site) => [site.sql, site.call?.forms]),
      [
        [byAuthor.sql, [1]],
        [comments.sql, [1, 2]],
        ['SELECT 1', [2]],
      ],
    );
    assert.deepEqual(sites[0]?.call?.notes, [
      'Hooks are not seen.',
      '14 more combinations of conditions are not shown.',
    ]);
  });
});
