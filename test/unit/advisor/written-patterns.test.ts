import assert from 'node:assert/strict';
import { candidates } from '../../../src/advisor/candidates';
import { tableUses } from '../../../src/advisor/uses/table-uses';
import { withWrittenPatterns } from '../../../src/advisor/uses/written-patterns';
import type { Wildcards } from '../../../src/nouns/query-site';
import { createIndexSql } from '../../../src/sql/create-index';
import { Statements } from '../../support/statements';
import { snapshotWith } from '../../support/what-if';

describe('a pattern whose wildcards the program puts there', () => {
  let statements: Statements;
  before(async () => {
    statements = await Statements.load();
  });

  const snapshot = snapshotWith({ pages: { id: 'integer', slug: 'text' } }, {}, { availableExtensions: ['pg_trgm'] });

  function proposed(sql: string, wildcards: Wildcards | undefined): string[] {
    const { ast } = statements.read(sql);
    const uses = tableUses(withWrittenPatterns(ast, [{ index: 1, wildcards }]), snapshot);
    return candidates(uses, snapshot).flatMap(({ indexes }) => indexes.map((index) => createIndexSql(index)));
  }

  it('is found by a B-tree when it surely starts with letters', () => {
    const found = proposed('SELECT id FROM pages WHERE slug LIKE $1', 'after');
    assert.ok(
      found.some((sql) => sql.endsWith('(slug text_pattern_ops)')),
      found.join('\n'),
    );
  });

  it('is found by trigrams when it does not, or when nobody knows', () => {
    for (const wildcards of ['both', 'before', undefined] as const) {
      const found = proposed('SELECT id FROM pages WHERE slug LIKE $1', wildcards);
      assert.ok(
        found.some((sql) => sql.endsWith('USING gin (slug gin_trgm_ops)')),
        found.join('\n'),
      );
      assert.ok(!found.some((sql) => /pattern_ops/.test(sql)), found.join('\n'));
    }
  });

  it('changes nothing else of the statement', () => {
    const { ast } = statements.read('SELECT id FROM pages WHERE slug LIKE $1 AND id = $2');
    assert.equal(withWrittenPatterns(ast, []), ast);
    const written = JSON.stringify(withWrittenPatterns(ast, [{ index: 1, wildcards: 'after' }]));
    assert.ok(written.includes('{"ParamRef":{"number":2'), 'the other parameter stays');
  });
});
